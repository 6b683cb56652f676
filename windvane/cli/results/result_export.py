"""Exports results as labelled rows."""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import click

from windvane.cli.errors import CliError, file_errors
from windvane.cli.output_files import is_device, open_output
from windvane.cli.progress import progress_bar
from windvane.cli.results.result_pages import count_progress
from windvane.result_log.record import ResultRecord
from windvane.rows.file_formats import find_written_format
from windvane.rows.record_writers import Fields, build_record_writer

COLUMNS = ("text", "label", "model_label", "score", "model", "created_at", "result_id")
NO_TEXTS = (
    "None of the {count:,} results has its text: the server keeps texts only with "
    "WINDVANE_STORE_TEXT=full. Nothing was written."
)


def export_rows(
    records: Iterable[ResultRecord], output: str, *, corrected: bool, force: bool, raw: bool = False
) -> None:
    """Write a row for each result with its text, and print the counts to stderr.

    Args:
        records: The results.
        output: File, whose suffix says the format; ``-`` is stdout, as JSON Lines.
        corrected: Whether to leave out results without feedback.
        force: Whether to overwrite a file.
        raw: Whether to leave CSV cells as they are that a spreadsheet would run as formulas.

    Raises:
        CliError: The file exists, its suffix is unknown, or no result has its text.
    """
    output_format = _choose_format(output)
    if not force and _would_replace(output):
        raise CliError(f"{output} is there already; --force writes over it.")
    chosen = (record for record in records if not corrected or record.feedback_label is not None)
    counts = _Counts()
    # No bar if the rows go to the same terminal.
    shown = output != "-" or not sys.stdout.isatty()
    with progress_bar(None, shown=shown) as advance:
        rows = counts.count(count_progress(chosen, advance))
        first = next(rows, None)
        if first is None:
            template = NO_TEXTS if counts.without_text else "There are no such results."
            raise CliError(template.format(count=counts.without_text))
        with file_errors(), open_output(output) as stream:
            write = build_record_writer(stream, output_format, COLUMNS, raw=raw)
            for row in chain([first], rows):
                write(row)
    click.echo(counts.describe(), err=True)


class _Counts:
    """Builds rows and counts them."""

    def __init__(self) -> None:
        self.written = self.corrected = self.confirmed = self.without_text = 0

    def count(self, records: Iterable[ResultRecord]) -> Iterator[Fields]:
        for record in records:
            if record.text is None:
                self.without_text += 1
                continue
            self.written += 1
            self.confirmed += record.feedback_label == record.label
            self.corrected += record.feedback_label not in {None, record.label}
            yield _to_row(record.text, record)

    def describe(self) -> str:
        rows = "row" if self.written == 1 else "rows"
        without = f"; {self.without_text:,} without a text left out" if self.without_text else ""
        checked = f"{self.corrected:,} corrected, {self.confirmed:,} confirmed"
        return f"{self.written:,} {rows}, {checked}{without}."


def _to_row(text: str, record: ResultRecord) -> Fields:
    label = record.feedback_label or record.label
    model_label, score = record.label, record.score
    cells = (text, label, model_label, score, record.model, record.created_at, record.result_id)
    return dict(zip(COLUMNS, cells, strict=True))


def _choose_format(output: str) -> str:
    if output == "-":
        return "jsonl"
    file_format = find_written_format(output)
    if file_format is None:
        raise CliError(f"Cannot tell what to write to {output}; end its name in .jsonl or .csv.")
    return file_format


def _would_replace(output: str) -> bool:
    path = Path(output)
    return output != "-" and path.exists() and not is_device(path)
