"""Results as rows to train or evaluate with."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path, PurePath
from typing import IO

import click

from cli.errors import CliError, file_errors
from cli.output.files import is_device, open_output
from functions.result_log.record import ResultRecord

COLUMNS = ("text", "label", "model_label", "score", "model", "created_at", "result_id")
SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
NO_TEXTS = (
    "None of the {count:,} results has its text: the server keeps texts only with "
    "WINDVANE_STORE_TEXT=full. Nothing was written."
)

Row = dict[str, str | float]


def export_rows(
    records: Iterable[ResultRecord], output: str, *, corrected: bool, force: bool
) -> None:
    """Write a row for each result whose text was kept.

    Args:
        records: The results.
        output: File, whose suffix says the format; ``-`` is stdout, as JSON Lines.
        corrected: Whether to leave out results that nobody has given a label.
        force: Whether to write over a file.

    Raises:
        CliError: The file is there, its suffix is not known, or no text was kept.
    """
    output_format = _choose_format(output)
    if output != "-" and not is_device(Path(output)) and Path(output).exists() and not force:
        raise CliError(f"{output} is there already; --force writes over it.")
    chosen = (record for record in records if not corrected or record.feedback_label is not None)
    counts = _Counts()
    rows = counts.count(chosen)
    first = next(rows, None)
    if first is None:
        template = NO_TEXTS if counts.without_text else "There are no such results."
        raise CliError(template.format(count=counts.without_text))
    with file_errors(), open_output(output) as stream:
        write = _build_writer(stream, output_format)
        for row in _with_progress(chain([first], rows)):
            write(row)
    left_out = f"; {counts.without_text:,} without a text left out" if counts.without_text else ""
    rows_written = f"{counts.written:,} row{'s' if counts.written > 1 else ''}"
    click.echo(f"{rows_written}, {counts.corrected:,} corrected{left_out}.", err=True)


class _Counts:
    """Makes rows and counts them."""

    def __init__(self) -> None:
        self.written = self.corrected = self.without_text = 0

    def count(self, records: Iterable[ResultRecord]) -> Iterator[Row]:
        for record in records:
            if record.text is None:
                self.without_text += 1
                continue
            self.written += 1
            self.corrected += record.feedback_label not in {None, record.label}
            yield _to_row(record.text, record)


def _to_row(text: str, record: ResultRecord) -> Row:
    label = record.feedback_label or record.label
    model_label, score = record.label, record.score
    cells = (text, label, model_label, score, record.model, record.created_at, record.result_id)
    return dict(zip(COLUMNS, cells, strict=True))


def _choose_format(output: str) -> str:
    if output == "-":
        return "jsonl"
    suffix = PurePath(output).suffix.lower()
    if suffix not in SUFFIXES:
        raise CliError(f"Cannot tell what to write to {output}; end its name in .jsonl or .csv.")
    return SUFFIXES[suffix]


def _build_writer(stream: IO[str], output_format: str) -> Callable[[Row], object]:
    if output_format == "jsonl":
        return lambda row: stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    # Up to Python 3.12 the writer leaves a lone carriage return unquoted.
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    writer.writeheader()
    return writer.writerow


def _with_progress(rows: Iterable[Row]) -> Iterator[Row]:
    """Hand the rows on, counted on stderr if it is a terminal."""
    if not sys.stderr.isatty():
        yield from rows
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} rows"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("export", total=None)
        for row in rows:
            yield row
            progress.advance(task)
