"""Collects the unusable rows of a labelled file and shows the first of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from windvane.cli.messages import print_message
from windvane.cli.output_files import open_output
from windvane.rows.rejects import Rejects
from windvane.rows.row import Reject

_SHOWN_ROWS = 20


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used, and why."""

    line: int
    reason: str


class BadRows(Rejects):
    """Collects the bad rows of one file and shows the first 20 on stderr.

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
        """Add a row."""
        self.reasons.append(BadRow(reject.line, reject.reason))
        if self.count < _SHOWN_ROWS:
            super().add(reject)
        else:
            self.count += 1

    def report_rest(self) -> None:
        """Print how many rows were not shown."""
        rest = self.count - _SHOWN_ROWS
        if rest > 0:
            hint = "" if self._all_are_written else "; --rejects FILE lists all"
            print_message(f"{self.path}: {rest:,} more bad rows{hint}.", err=True)


def write_bad_rows(path: Path, files: Iterable[BadRows]) -> None:
    """Write the bad rows of all files as JSON Lines; an empty file if there are none."""
    with open_output(str(path)) as stream:
        for file in files:
            for row in file.reasons:
                record = {"file": file.path, "line": row.line, "reason": row.reason}
                stream.write(json.dumps(record, ensure_ascii=False) + "\n")
