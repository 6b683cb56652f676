"""Runs ``windvane average``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import describe_command, print_message
from windvane.cli.output_files import find_free_folder, require_empty
from windvane.cli.packages import require_packages

_FEWEST_CHECKPOINTS = 2


@dataclass(frozen=True, kw_only=True)
class AverageOptions:
    """The options of the command, under the names of their parameters."""

    checkpoints: Sequence[Path]
    output: Path
    weights: Sequence[float] | None
    scales: Mapping[str, float]
    offsets: Mapping[str, float]
    half: bool
    overwrite: bool


def run_average(options: AverageOptions) -> None:
    """Write the average, and say how to export it.

    Raises:
        CliError: The options do not go together, the output folder cannot be used, or a package is
            missing.
        TrainingError: The checkpoints do not go together.
        CheckpointError: One of them cannot be loaded.
    """
    require_packages("train", "torch", "transformers")
    from windvane.training.weight_averaging import WeightedCheckpoint, average_checkpoints

    _require_usable(options)
    weights = options.weights or [1.0] * len(options.checkpoints)
    parts = [
        WeightedCheckpoint(folder, weight)
        for folder, weight in zip(options.checkpoints, weights, strict=True)
    ]
    with file_errors():
        average_checkpoints(
            parts,
            options.output,
            scales=options.scales,
            offsets=options.offsets,
            half=options.half,
        )
    export = describe_command("export", options.output, "-o", find_free_folder("bundle"))
    print_message(f"{options.output}: the average of {len(parts)} checkpoints. Next: {export}")


def _require_usable(options: AverageOptions) -> None:
    count = len(options.checkpoints)
    if count < _FEWEST_CHECKPOINTS:
        raise CliError("Name two checkpoints or more to average.")
    if options.weights is not None and len(options.weights) != count:
        raise CliError(f"--weights has {len(options.weights)} numbers for {count} checkpoints.")
    if options.output.resolve() in {folder.resolve() for folder in options.checkpoints}:
        raise CliError(f"{options.output} is one of the checkpoints; name another folder.")
    if not options.overwrite:
        require_empty(options.output)
