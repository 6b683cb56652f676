"""A progress bar on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int, int], None]


@contextmanager
def progress_bar(total_bytes: int | None, *, shown: bool = True) -> Iterator[Advance]:
    """Show a bar until the block ends, if stderr is a terminal.

    Args:
        total_bytes: Size of the input; None if it is not known.
        shown: Whether to show anything.

    Yields:
        A function to call with the bytes read and the texts classified so far.
    """
    if not (shown and sys.stderr.isatty()):
        yield lambda _bytes_read, _texts: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.fields[texts]:,} texts"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("classify", total=total_bytes, texts=0)
        yield lambda bytes_read, texts: progress.update(task, completed=bytes_read, texts=texts)
