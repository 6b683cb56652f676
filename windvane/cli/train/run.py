"""Runs ``windvane train``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs
from rich.console import Console

from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import describe_command, print_message
from windvane.cli.output_files import find_free_folder, require_empty
from windvane.cli.packages import require_packages
from windvane.cli.train.training_files import (
    count_labels,
    read_training_file,
    require_disjoint,
    warn_of_absent_labels,
)
from windvane.cli.train.training_progress import TrainingDisplay, open_progress
from windvane.rows.label_maps import SENTIMENTS
from windvane.rows.labelled_files import LabelledFile
from windvane.rows.reading import Reading
from windvane.training.plan import TrainingPlan
from windvane.training.settings import TrainingSettings

PACKAGES = ("torch", "transformers", "sklearn")


@dataclass(frozen=True, kw_only=True)
class TrainArguments:
    """Values of the command's options.

    Attributes:
        data: Labelled files to learn from.
        dev: Labelled files to choose the best weights on; if empty, a tenth of the data.
        base: Name, folder or Hugging Face id of the model to start from.
        output: Folder for the checkpoint.
        teachers: Folders of checkpoints to learn from beside the labels.
        labels: Names in the order of the logits; None for those of the base or the data.
        reading: How the labelled files are read.
        augment: Whether generated sentences are added; by default, where the labels fit them.
        overwrite: Whether an older checkpoint in the folder is replaced.
        settings: Hyperparameters.
        normalization: Name of the rules by which the exported bundle will read texts.
    """

    data: Sequence[LabelledFile]
    dev: Sequence[LabelledFile]
    base: str
    output: Path
    teachers: Sequence[Path]
    labels: tuple[str, ...] | None
    reading: Reading
    augment: bool | None
    overwrite: bool
    settings: TrainingSettings
    normalization: str


def run_training(arguments: TrainArguments) -> None:
    """Read the files, train, and print the result.

    Raises:
        CliError: A file cannot be used, or a package is missing.
        TrainingError: The base, a teacher or the output folder cannot be used.
    """
    require_packages("train", *PACKAGES)
    _require_usable(arguments)
    with file_errors():
        plan = _read_plan(arguments)
        best = train_with_progress(plan, arguments.output)
    export = describe_command("export", arguments.output, "-o", find_free_folder("bundle"))
    print_message(
        f"{arguments.output}: mean macro-recall {best:.2%} on the dev files. Next: {export}"
    )


def _require_usable(arguments: TrainArguments) -> None:
    """Refuse an output folder that is in use, unless it holds an interrupted run.

    Raises:
        CliError: The folder is not empty, or the run reads it.
    """
    from windvane.training.run_state import holds_state

    output = arguments.output
    inputs = [Path(arguments.base), *arguments.teachers]
    if output.resolve() in {path.resolve() for path in inputs}:
        raise CliError(f"{output} is what the run learns from; name another folder.")
    if not arguments.overwrite and not holds_state(output):
        require_empty(output)


def _read_plan(arguments: TrainArguments) -> TrainingPlan:
    from windvane.training.holdout import hold_out
    from windvane.training.label_choice import require_names

    labels = arguments.labels or _choose_labels(arguments)
    require_names(labels)
    sources = [
        read_training_file(_describe(file, arguments), labels, is_counted=not arguments.labels)
        for file in arguments.data
    ]
    for file, source in zip(arguments.data, sources, strict=True):
        warn_of_absent_labels(file.path, source, labels)
    development = [read_training_file(_describe(file, arguments), labels) for file in arguments.dev]
    require_disjoint(sources, development)
    if not development:
        sources, development = hold_out(sources, arguments.settings.seed)
    augment = arguments.augment
    return TrainingPlan(
        base=arguments.base,
        labels=labels,
        sources=sources,
        development=development,
        teachers=arguments.teachers,
        augmented=labels == SENTIMENTS if augment is None else augment,
        teacher_cache=find_teacher_cache(),
        settings=arguments.settings,
        normalization=arguments.normalization,
    )


def _choose_labels(arguments: TrainArguments) -> tuple[str, ...]:
    """Choose the base's labels, or those of the data if it has others, which are then printed."""
    from windvane.training.base_labels import read_base_labels
    from windvane.training.label_choice import choose_labels, describe_labels

    known = read_base_labels(arguments.base) or SENTIMENTS
    counts = count_labels([_describe(file, arguments) for file in arguments.data])
    if any(file.label_map for file in arguments.data):
        return known if {*SENTIMENTS} <= {*known} else SENTIMENTS  # what maps translate to
    labels = choose_labels(counts, known)
    if labels != known:
        print_message(
            f"Labels of the data: {describe_labels(counts)}. --labels sets others, or another "
            "order.",
            err=True,
        )
    return labels


def find_teacher_cache() -> Path:
    """Return the folder where the teachers' probabilities are cached."""
    return platformdirs.user_cache_path("windvane") / "answers"


def _describe(file: LabelledFile, arguments: TrainArguments) -> LabelledFile:
    return replace(file, reading=arguments.reading)


def train_with_progress(plan: TrainingPlan, output: Path) -> float:
    """Train with a progress bar, and say how to continue if the user stops it.

    Returns:
        The best mean macro-recall on the dev files.

    Raises:
        TrainingError: The base, a teacher or the output folder cannot be used.
    """
    from windvane.training.run_state import holds_state
    from windvane.training.train import train

    try:
        with open_progress(Console(stderr=True)) as progress:
            outcome = train(plan, output, TrainingDisplay(progress), progress.track)
    except KeyboardInterrupt:
        if holds_state(output):
            print_message("The same command continues from the last evaluation.", err=True)
        raise
    if outcome.worse >= plan.settings.patience:
        print_message(f"Stopped after {outcome.worse} evaluations without a better one.", err=True)
    return outcome.best
