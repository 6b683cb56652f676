"""The rows of a labelled file that cannot be used: all kept, the first of them shown."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from windvane.cli.output_files import open_output
from windvane.rows.rejects import Rejects
from windvane.rows.rows import Reject

_SHOWN_ROWS = 20


@dataclass(frozen=True)
class BadRow:
    """Where a row is, and why it cannot be used."""

    line: int
    reason: str


class BadRows(Rejects):
    """Keeps the bad rows of one file, and shows the first of them on stderr.

    Attributes:
        path: The file.
        reasons: Its bad rows, in order.
    """

    def __init__(self, path: str, *, all_are_written: bool) -> None:
        super().__init__(None, path)
        self.path = path
        self.reasons: list[BadRow] = []
        self._all_are_written = all_are_written

    def add(self, reject: Reject) -> None:
        """Keep one more."""
        self.reasons.append(BadRow(reject.line, reject.reason))
        if self.count < _SHOWN_ROWS:
            super().add(reject)
        else:
            self.count += 1

    def tell_rest(self) -> None:
        """Say how many were not shown."""
        rest = self.count - _SHOWN_ROWS
        if rest > 0:
            hint = "" if self._all_are_written else "; --rejects FILE lists all"
            click.echo(f"{self.path}: {rest:,} more bad rows{hint}.", err=True)


def write_bad_rows(path: Path, files: Iterable[BadRows]) -> None:
    """Write the bad rows of all files, a JSON object a line; none leave an empty file."""
    with open_output(str(path)) as stream:
        for file in files:
            for row in file.reasons:
                record = {"file": file.path, "line": row.line, "reason": row.reason}
                stream.write(json.dumps(record, ensure_ascii=False) + "\n")
