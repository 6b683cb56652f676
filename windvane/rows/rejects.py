"""The rows that could not be used: where they are and why."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Protocol

from windvane.rows.rows import Record, Reject, Row


class TextSink(Protocol):
    """What takes text, such as an open file."""

    def write(self, text: str, /) -> object:
        """Write the text."""


class Rejects:
    """Puts rejects on record, one JSON object a line.

    Attributes:
        count: How many there were.
    """

    def __init__(self, stream: TextSink | None, source: str | None = None) -> None:
        """Put them into ``stream``, or else on stderr, where ``source`` names the file."""
        self._stream = stream
        self._prefix = f"{source}, " if source else ""
        self.count = 0

    def add(self, reject: Reject) -> None:
        """Write one more; to stderr where there is no file for them."""
        self.count += 1
        if self._stream is None:
            sys.stderr.write(f"{self._prefix}line {reject.line}: {reject.reason}\n")
        else:
            record = {"line": reject.line, "reason": reject.reason}
            self._stream.write(json.dumps(record, ensure_ascii=False) + "\n")


class _LateFile:
    """A file that is made by the first write."""

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
    """Begin a sentence on so many rows that could not be used."""
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


def good_rows(
    block: Iterable[Record],
    rejects: Rejects,
    misfit: Callable[[Row], str | None] = lambda _row: None,
) -> list[Row]:
    """Part the rows from the rejects, which are put on record.

    So are the rows for which ``misfit`` finds a reason why they have no place in the output.
    """
    rows = []
    for record in block:
        if isinstance(record, Reject):
            rejects.add(record)
        elif reason := misfit(record):
            rejects.add(Reject(record.line, reason))
        else:
            rows.append(record)
    return rows
