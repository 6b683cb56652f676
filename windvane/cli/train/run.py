"""The run behind ``windvane train``."""

import importlib
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import platformdirs
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from windvane.cli.errors import CliError, file_errors
from windvane.cli.train.command import TrainOptions
from windvane.rows.labelled_files import LabelledFile, read_labelled_file
from windvane.rows.output_files import require_empty
from windvane.rows.rejects import Rejects, count_rows
from windvane.training.settings import TrainingSettings

if TYPE_CHECKING:
    from windvane.evaluation.labelled_set import LabelledSet
    from windvane.training.plan import TrainingPlan

_PACKAGES = ("torch", "transformers", "sklearn")


def run_training(options: TrainOptions) -> None:
    """Read the files, train, and say how it went.

    Raises:
        CliError: A file cannot be used, or a package is missing.
        TrainingError: The base, a teacher or the output folder cannot be used.
    """
    _require_packages()
    _require_free(options)
    with file_errors():
        plan = _read_plan(options)
        best = _train(plan, options["output"])
    click.echo(
        f"{options['output']}: mean macro-recall {best:.2%} on the dev files. "
        f"Next: windvane export {options['output']} -o bundle"
    )


def _require_packages() -> None:
    try:
        for package in _PACKAGES:
            importlib.import_module(package)
    except ModuleNotFoundError as error:
        missing = (error.name or "A package").partition(".")[0]
        raise CliError(
            f"{missing} is not installed; training's packages come with: make setup-train"
        ) from error


def _require_free(options: TrainOptions) -> None:
    """Refuse to write over what is there, unless it is a run that was cut off.

    Raises:
        CliError: The folder is in use, or is one that the run reads.
    """
    from windvane.training.run_state import holds_state

    output = options["output"]
    learned_from = [Path(options["base"]), *options["teachers"]]
    if output.resolve() in {path.resolve() for path in learned_from}:
        raise CliError(f"{output} is what the run learns from; name another folder.")
    if not options["overwrite"] and not holds_state(output):
        require_empty(output)


def _train(plan: "TrainingPlan", output: Path) -> float:
    """Train, and return the best figure on the dev files."""
    from windvane.training.run_state import holds_state
    from windvane.training.train import train

    try:
        with _open_progress(Console(stderr=True)) as progress:
            outcome = train(plan, output, _Screen(progress), progress.track)
    except KeyboardInterrupt:
        if holds_state(output):
            click.echo("The same command goes on from the last measurement.", err=True)
        raise
    if outcome.worse >= plan.settings.patience:
        click.echo(f"It got no better in {outcome.worse} measurements, and stopped.", err=True)
    return outcome.best


def _read_plan(options: TrainOptions) -> "TrainingPlan":
    from windvane.training.augmentation.additions import LABELS
    from windvane.training.holdout import hold_out
    from windvane.training.plan import TrainingPlan

    settings = TrainingSettings(
        **{setting.name: options[setting.name] for setting in fields(TrainingSettings)}  # type: ignore[literal-required]
    )
    sources = [_read(file, options) for file in options["data"]]
    for source in sources:
        _warn_of_absent_labels(source, options["labels"])
    development = [_read(file, options) for file in options["dev"]]
    _require_apart(sources, development)
    if not development:
        sources, development = hold_out(sources, settings.seed)
    augmented = options["augment"]
    return TrainingPlan(
        base=options["base"],
        labels=options["labels"],
        sources=sources,
        development=development,
        teachers=options["teachers"],
        augmented=options["labels"] == LABELS if augmented is None else augmented,
        answer_cache=platformdirs.user_cache_path("windvane") / "answers",
        settings=settings,
    )


def _read(file: LabelledFile, options: TrainOptions) -> "LabelledSet":
    asked = replace(file, text_column=options["text_column"], file_format=options["input_format"])
    rejects = Rejects(None, file.path)
    labelled = read_labelled_file(asked, options["labels"], rejects)
    if rejects.count:
        click.echo(f"{file.path}: {count_rows(rejects.count)} left out.", err=True)
    return labelled


def _require_apart(sources: Sequence["LabelledSet"], development: Sequence["LabelledSet"]) -> None:
    """Refuse to choose the best weights on a file that they learn from.

    Raises:
        CliError: A file is given as both.
    """
    learned = {source.sha256 for source in sources}
    for file in development:
        if file.sha256 in learned:
            raise CliError(f"{file.name} is given as --data and as --dev; leave --dev out.")


def _warn_of_absent_labels(source: "LabelledSet", labels: Sequence[str]) -> None:
    """Say what a file would unlearn: a label that none of its texts has."""
    for label in labels:
        if label not in source.labels and label not in source.ignored:
            click.echo(
                f'{source.name}: no text is "{label}", so the model would learn that none is. If '
                f"the file just does not tell {label} apart, write {source.name},ignore={label}",
                err=True,
            )


def _open_progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


class _Screen:
    """Shows the steps as a bar, and each measurement as a line."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def stepped(self, step: int, steps: int, loss: float) -> None:
        """Move the bar."""
        if self._task is None:
            if step > 1:
                self._progress.console.print(f"Going on after step {step - 1:,}.", highlight=False)
            self._task = self._progress.add_task("", total=steps)
        self._progress.update(self._task, completed=step, description=f"Training, loss {loss:.3f}")

    def measured(self, record: dict[str, Any], *, is_best: bool) -> None:
        """Write a line."""
        figures = "  ".join(f"{name} {value:.2%}" for name, value in record["macro_recall"].items())
        mark = "  best so far" if is_best else ""
        self._progress.console.print(
            f"step {record['step']:,}: loss {record['loss']:.3f}, macro-recall {figures}{mark}",
            highlight=False,
        )
