"""Progress of a training run in the terminal."""

from typing import Any

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


def open_progress(console: Console) -> Progress:
    """Open a progress display with steps and times."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


class TrainingDisplay:
    """Callbacks of a run: the steps as a bar, each evaluation as a line."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def on_step(self, step: int, steps: int, loss: float) -> None:
        """Move the bar."""
        if self._task is None:
            if step > 1:
                self._progress.console.print(
                    f"Continuing after step {step - 1:,}.", highlight=False
                )
            self._task = self._progress.add_task("", total=steps)
        self._progress.update(self._task, completed=step, description=f"Training, loss {loss:.3f}")

    def on_evaluation(self, record: dict[str, Any], *, is_best: bool) -> None:
        """Print a line."""
        figures = "  ".join(f"{name} {value:.2%}" for name, value in record["macro_recall"].items())
        mark = "  best so far" if is_best else ""
        self._progress.console.print(
            f"step {record['step']:,}: loss {record['loss']:.3f}, macro-recall {figures}{mark}",
            highlight=False,
        )
