"""Runs ``windvane data check``."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import click

from windvane.cli.data.bad_rows import BadRows, write_bad_rows
from windvane.cli.data.data_tables import print_check
from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import print_message
from windvane.cli.output_files import refuse_overwriting
from windvane.cli.packages import require_packages
from windvane.cli.progress import progress_bar
from windvane.evaluation.data_check import DataCheck, check_data
from windvane.evaluation.same_texts import TextIndex, index_texts
from windvane.inference.bundle_files import sha256_of
from windvane.rows.label_maps import SENTIMENTS
from windvane.rows.labelled_files import LabelledFile, label_of, read_labelled_rows
from windvane.rows.labelled_set import LabelledSet
from windvane.rows.reading import Reading
from windvane.rows.row import Row
from windvane.rows.text_input import TextInput


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """The options of the command, under the names of their parameters."""

    files: Sequence[LabelledFile]
    against: Sequence[LabelledFile]
    labels: tuple[str, ...]
    reading: Reading
    rejects: Path | None
    report: Path | None
    as_json: bool


@dataclass(frozen=True)
class ReadFile:
    """A file's usable rows and its bad rows."""

    path: str
    index: TextIndex
    bad_rows: BadRows


@dataclass(frozen=True)
class CheckedFile:
    """A file and its check.

    Attributes:
        leaked: Whether an ``--against`` file contains some of its texts.
    """

    file: ReadFile
    check: DataCheck
    leaked: bool


def run_check(options: CheckOptions) -> bool:
    """Check the files and print the results.

    Returns:
        Whether there are bad rows, or texts that an evaluation file contains too.

    Raises:
        CliError: A file cannot be read or written, is not of its format, or has no usable row.
    """
    data = [file.path for file in (*options.files, *options.against)]
    refuse_overwriting(data, **{"--rejects": options.rejects, "--report": options.report})
    if options.report:
        require_packages("evaluate", "jinja2", "matplotlib")
    with file_errors():
        against = [_read(file, options) for file in options.against]
        files = [_read(file, options) for file in options.files]
        bad_rows = [each.bad_rows for each in (*files, *against)]
        if options.rejects:
            write_bad_rows(options.rejects, bad_rows)
        _refuse_empty([*files, *against])
        checked = _check(files, against)
        if options.report:
            _write_report(options.report, checked)
    _show(checked, against, as_json=options.as_json)
    if not options.labels:
        _say_labels(files, options.files)
    return any(each.leaked for each in checked) or any(each.count for each in bad_rows)


def _read(file: LabelledFile, options: CheckOptions) -> ReadFile:
    described = replace(file, reading=options.reading)
    bad_rows = BadRows(file.path, all_are_written=options.rejects is not None)

    # A map covers a whole scale, so a value outside it is a mistake, such as 0 stars.
    allowed = options.labels or tuple(dict.fromkeys(described.label_map.values()))

    def misfit(row: Row) -> str | None:
        if allowed and label_of(row, described) not in allowed:
            return f"the label is none of {', '.join(allowed)}"
        return None

    with progress_bar(Path(file.path).stat().st_size) as advance:

        def show_progress(content: TextInput, rows: int) -> None:
            advance(content.bytes_read, rows)

        rows = list(read_labelled_rows(described, bad_rows, misfit, show_progress))
    bad_rows.report_rest()
    labelled = LabelledSet(
        name=file.path,  # with its folders, because several files may be named train.csv
        sha256=sha256_of(Path(file.path)),
        texts=[row.text for row in rows],
        labels=[row.label for row in rows],
        lines=[row.line for row in rows],
    )
    return ReadFile(file.path, index_texts(labelled), bad_rows)


def _refuse_empty(files: Sequence[ReadFile]) -> None:
    for file in files:
        if not file.index.keys:
            raise CliError(f"{file.path} holds no row that can be used.")


def _check(files: Sequence[ReadFile], against: Sequence[ReadFile]) -> list[CheckedFile]:
    """Compare each file with the evaluation files, and with the files that come before it."""
    checked = []
    for position, file in enumerate(files):
        others = [*against, *files[:position]]
        check = check_data(file.index, [other.index for other in others])
        leaked = any(overlap.rows for overlap in check.overlaps[: len(against)])
        checked.append(CheckedFile(file, check, leaked))
    return checked


def _write_report(path: Path, checked: Sequence[CheckedFile]) -> None:
    from windvane.evaluation.report.data_page import build_data_page

    bad_rows = [
        [(str(row.line), row.reason) for row in each.file.bad_rows.reasons] for each in checked
    ]
    page = build_data_page([each.check for each in checked], bad_rows)
    path.write_text(page, encoding="utf-8")


def _show(checked: Sequence[CheckedFile], against: Sequence[ReadFile], *, as_json: bool) -> None:
    if as_json:
        content = {
            "files": [_to_json(each) for each in checked],
            "against": [_describe_source(each) for each in against],
        }
        click.echo(json.dumps(content, ensure_ascii=False))
        return
    for each in checked:
        print_check(each.file.path, each.file.bad_rows.count, each.check)


def _say_labels(files: Sequence[ReadFile], described: Sequence[LabelledFile]) -> None:
    """Print what `windvane train` does with the labels, unless they are the default model's."""
    from windvane.training.label_choice import describe_labels, find_label_fault

    counts = sum((file.index.labelled.count_labels() for file in files), Counter[str]())
    if counts.keys() <= set(SENTIMENTS) or any(file.label_map for file in described):
        return
    fault = find_label_fault(counts)
    print_message(
        f"windvane train refuses these labels: {fault}"
        if fault
        else f"windvane train learns these labels: {describe_labels(counts)}.",
        err=True,
    )


def _to_json(checked: CheckedFile) -> dict[str, Any]:
    return {**asdict(checked.check), **_describe_source(checked.file), "leaked": checked.leaked}


def _describe_source(file: ReadFile) -> dict[str, Any]:
    return {
        "file": file.path,
        "sha256": file.index.labelled.sha256,
        "texts": len(file.index.keys),
        "bad_rows": [asdict(each) for each in file.bad_rows.reasons],
    }
