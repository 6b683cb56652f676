"""The progress bar of a job, on stderr."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from windvane.jobs.local_jobs import JobProgress

if TYPE_CHECKING:
    from rich.progress import Progress

Report = Callable[[JobProgress], None]


@contextmanager
def progress_bar() -> Iterator[Report]:
    """Show a bar until the block ends, if stderr is a terminal.

    Yields:
        A function to call with how far the job is.
    """
    if not sys.stderr.isatty():
        yield lambda _progress: None
        return
    with _build_bar() as bar:
        yield _Shown(bar)


@contextmanager
def download_bar(total_bytes: int) -> Iterator[Callable[[int], None]]:
    """Show a bar until the block ends, if stderr is a terminal.

    Yields:
        A function to call with the bytes of each file that is there.
    """
    if not sys.stderr.isatty():
        yield lambda _size: None
        return
    with _build_bar() as bar:
        task = bar.add_task("download", total=total_bytes, label="downloading")
        yield lambda size: bar.advance(task, size)


class _Shown:
    def __init__(self, bar: "Progress") -> None:
        self._bar = bar
        self._task = bar.add_task("classify", total=None, label="")
        self._first: tuple[float, int] | None = None

    def __call__(self, progress: JobProgress) -> None:
        """Move the bar."""
        started, rows = self._first = self._first or (time.monotonic(), progress.rows)
        seconds = time.monotonic() - started
        rate = f", {(progress.rows - rows) / seconds:,.0f} rows/s" if progress.rows > rows else ""
        counted = f"{progress.rows:,} rows{rate}, " if progress.rows else ""
        self._bar.update(
            self._task,
            total=progress.total_bytes or progress.total_parts,
            completed=progress.done_bytes if progress.total_bytes else progress.parts,
            label=f"{counted}{progress.parts:,} of {progress.total_parts:,} parts",
        )


def _build_bar() -> "Progress":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.fields[label]}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
