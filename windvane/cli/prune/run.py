"""Runs ``windvane prune``."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import describe_command, print_message
from windvane.cli.output_files import find_free_folder, require_empty
from windvane.cli.packages import require_packages
from windvane.cli.text_files import read_texts


@dataclass(frozen=True, kw_only=True)
class PruneOptions:
    """The options of the command, under the names of their parameters."""

    checkpoint: Path
    output: Path
    neurons: int
    texts: Path
    normalization: str
    seed: int
    half: bool
    overwrite: bool


def run_prune(options: PruneOptions) -> None:
    """Write the pruned checkpoint, and say what it lost and how to train it.

    Raises:
        CliError: The texts or the output folder cannot be used, or a package is missing.
        CheckpointError: The checkpoint cannot be loaded.
        TrainingError: Its layers cannot be pruned.
    """
    with file_errors():
        texts = read_texts(options.texts)
    if options.output.resolve() == options.checkpoint.resolve():
        raise CliError(f"{options.output} is the checkpoint itself; name another folder.")
    if not options.overwrite:
        require_empty(options.output)
    require_packages("train", "torch", "transformers")
    from windvane.training.pruning import PruningOptions, prune_checkpoint

    with file_errors(), Progress(console=Console(stderr=True)) as progress:
        losses = prune_checkpoint(
            options.checkpoint,
            options.output,
            PruningOptions(
                neurons=options.neurons,
                texts=texts,
                normalization=options.normalization,
                seed=options.seed,
                half=options.half,
            ),
            progress.track,
        )
    shares = ", ".join(f"{loss:.2%}" for loss in losses)
    print_message(f"{options.output}: what each layer lost of its output: {shares}.")
    train = describe_command(
        "train",
        "--data",
        "FILE",
        "--base",
        options.output,
        "--teacher",
        options.checkpoint,
        "-o",
        find_free_folder("trained"),
    )
    print_message(f"Next, with labelled texts: {train}")
