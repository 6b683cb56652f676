"""The run behind ``windvane data check``."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

import click

from cli.data.commands import CheckOptions
from cli.data.tables import print_check
from cli.errors import CliError, file_errors
from cli.labelled_files import LabelledFile, LabelledRow, label_of, read_labelled_rows
from cli.output.rejects import Rejects
from cli.packages import require_packages
from cli.progress import progress_bar
from cli.text_input.rows import Reject, Row
from cli.text_input.texts import TextInput
from evaluation.data_check import DataCheck, check_data
from evaluation.labelled_set import LabelledSet
from functions.inference.bundle import sha256_of

_SHOWN_REJECTS = 20


@dataclass(frozen=True)
class CheckedFile:
    """A file's check, and how many of its rows cannot be used."""

    path: str
    rejected: int
    check: DataCheck


class FileRejects(Rejects):
    """Lists the first bad rows of a file on stderr, and all of them in a file if there is one."""

    def __init__(self, path: str, stream: IO[str] | None) -> None:
        super().__init__(stream)
        self._path = path
        self._all = stream

    def add(self, reject: Reject) -> None:
        """Put one more on record."""
        self.count += 1
        if self.count <= _SHOWN_REJECTS:
            click.echo(f"{self._path}, line {reject.line}: {reject.reason}", err=True)
        if self._all is not None:
            record = {"file": self._path, "line": reject.line, "reason": reject.reason}
            self._all.write(json.dumps(record, ensure_ascii=False) + "\n")

    def tell_rest(self) -> None:
        """Say how many were not listed."""
        rest = self.count - _SHOWN_REJECTS
        if rest > 0:
            hint = "" if self._all else "; --rejects FILE lists all"
            click.echo(f"{self._path}: {rest:,} more bad rows{hint}.", err=True)


def run_check(options: CheckOptions) -> bool:
    """Look the files over, and show what they hold.

    Returns:
        Whether there are bad rows, or texts that an evaluation file holds too.

    Raises:
        CliError: A file cannot be read, is not of its format, or holds no row that can be used.
    """
    if options["report"]:
        require_packages("matplotlib")
    with file_errors(), _open_rejects(options["rejects"]) as stream:
        against = [_read(file, options, stream)[0] for file in options["against"]]
        read = [_read(file, options, stream) for file in options["files"]]
        sets = [labelled for labelled, _ in read]
        checked = [
            CheckedFile(file.path, rejected, check_data(labelled, [*against, *sets[:i]]))
            for i, (file, (labelled, rejected)) in enumerate(
                zip(options["files"], read, strict=True)
            )
        ]
        if options["report"]:
            from evaluation.report.data_page import build_data_page

            page = build_data_page([each.check for each in checked])
            options["report"].write_text(page, encoding="utf-8")
    if options["as_json"]:
        click.echo(
            json.dumps({"files": list(map(_to_json, checked))}, indent=2, ensure_ascii=False)
        )
    else:
        for each in checked:
            print_check(each.path, each.rejected, each.check)
    shared = [each.check.overlaps[: len(against)] for each in checked]
    leaked = any(overlap.normalised for overlaps in shared for overlap in overlaps)
    return leaked or any(each.rejected for each in checked)


@contextmanager
def _open_rejects(path: Path | None) -> Iterator[IO[str] | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8") as stream:
        yield stream


def _read(
    file: LabelledFile, options: CheckOptions, stream: IO[str] | None
) -> tuple[LabelledSet, int]:
    """Read a file; returns its usable rows, and how many others there are."""
    asked = replace(file, text_column=options["text_column"])
    rejects = FileRejects(file.path, stream)

    def misfit(row: Row) -> str | None:
        if options["labels"] and label_of(row, asked) not in options["labels"]:
            return f"the label is none of {', '.join(options['labels'])}"
        return None

    with progress_bar(Path(file.path).stat().st_size) as advance:

        def show(content: TextInput, rows: int) -> None:
            advance(content.bytes_read, rows)

        rows = list(read_labelled_rows(asked, rejects, misfit, show))
    rejects.tell_rest()
    if not rows:
        raise CliError(f"{file.path} holds no row that can be used.")
    return _to_set(asked, rows), rejects.count


def _to_set(file: LabelledFile, rows: list[LabelledRow]) -> LabelledSet:
    return LabelledSet(
        name=Path(file.path).name,
        sha256=sha256_of(Path(file.path)),
        texts=[row.text for row in rows],
        labels=[row.label for row in rows],
        lines=[row.line for row in rows],
    )


def _to_json(checked: CheckedFile) -> dict[str, Any]:
    return {**asdict(checked.check), "file": checked.path, "bad_rows": checked.rejected}
