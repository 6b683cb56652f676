"""Reports rows that cannot be used, with line and reason."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Protocol

from windvane.rows.row import Record, Reject, Row
from windvane.rows.terminal_text import escape_line


class TextSink(Protocol):
    """Anything that text can be written to, such as an open file."""

    def write(self, text: str, /) -> object:
        """Write the text."""


class Rejects:
    """Writes rejects to a file, as JSON Lines, or to stderr.

    Attributes:
        count: Number of rejects so far.
    """

    def __init__(
        self, stream: TextSink | None, source: str | None = None, *, quiet: bool = False
    ) -> None:
        """Write to ``stream``; None is stderr, where ``source`` names the input file.

        ``quiet`` only counts, for a file that is read once more.
        """
        self._stream = stream
        self._quiet = quiet
        self._prefix = f"{source}, " if source else ""
        self.count = 0

    def report_reading(self, note: str | None) -> None:
        """Write to stderr how a file was read, if there is anything to say."""
        if note and not self._quiet:
            sys.stderr.write(escape_line(note) + "\n")

    def add(self, reject: Reject) -> None:
        """Write a reject."""
        self.count += 1
        if self._quiet:
            return
        if self._stream is None:
            place = f"{self._prefix}line {reject.line}"
            sys.stderr.write(escape_line(f"{place}: {reject.reason}") + "\n")
        else:
            record = {"line": reject.line, "reason": reject.reason}
            self._stream.write(json.dumps(record, ensure_ascii=False) + "\n")


class _LateFile:
    """A text file that the first write creates."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: IO[str] | None = None

    def write(self, text: str) -> int:
        if self._stream is None:
            self._stream = self._path.open("w", encoding="utf-8")
        return self._stream.write(text)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()


def count_rows(rows: int) -> str:
    """Return ``1 row was`` or ``2 rows were``, to begin a sentence."""
    return "1 row was" if rows == 1 else f"{rows:,} rows were"


@contextmanager
def open_rejects(path: Path | None) -> Iterator[Rejects]:
    """Open the rejects file, which the first reject creates; ``-`` is stdout, None stderr.

    A file of an earlier run is removed, so that it is not taken for this run's.
    """
    if path is None:
        yield Rejects(None)
        return
    if path == Path("-"):
        yield Rejects(sys.stdout)
        return
    if path.is_file():
        path.unlink()
    with closing(_LateFile(path)) as file:
        yield Rejects(file)


def filter_rows(
    batch: Iterable[Record],
    rejects: Rejects,
    find_fault: Callable[[Row], str | None] = lambda _row: None,
) -> list[Row]:
    """Return the usable rows, and report the rejects.

    Args:
        batch: Rows and rejects.
        rejects: Receives the rejects, and a reject for each row with a fault.
        find_fault: Returns why a row cannot be used, or None.
    """
    rows = []
    for record in batch:
        if isinstance(record, Reject):
            rejects.add(record)
        elif reason := find_fault(record):
            rejects.add(Reject(record.line, reason))
        else:
            rows.append(record)
    return rows
