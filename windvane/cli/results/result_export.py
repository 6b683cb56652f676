"""Exports results as labelled rows."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import click
import msgspec

from windvane.cli.errors import CliError, file_errors
from windvane.cli.output_files import is_device, open_output
from windvane.cli.progress import progress_bar
from windvane.cli.results.result_pages import count_progress
from windvane.result_log.record import ResultRecord
from windvane.rows.file_formats import find_written_format
from windvane.rows.record_writers import Fields, build_record_writer

COLUMNS = (
    "text",
    "label",
    "model_label",
    "score",
    "model",
    "created_at",
    "result_id",
    "feedback_label",
    "tokens",
    "chars",
    "unknown_tokens",
    "language",
)
NO_TEXTS = (
    "None of the {count:,} results has its text: the server keeps texts only with "
    "WINDVANE_STORE_TEXT=full. Nothing was written."
)


@dataclass(frozen=True, kw_only=True)
class ExportOptions:
    """How results are exported.

    Attributes:
        corrected: Whether to leave out results without feedback.
        no_texts: Whether to leave out the texts, not the results without one.
        overwrite: Whether to overwrite a file.
        raw: Whether to leave CSV cells as they are that a spreadsheet would run as formulas.
    """

    corrected: bool = False
    no_texts: bool = False
    overwrite: bool = False
    raw: bool = False

    @property
    def columns(self) -> Sequence[str]:
        """The columns to write."""
        return COLUMNS[1:] if self.no_texts else COLUMNS


def export_rows(records: Iterable[ResultRecord], output: str, options: ExportOptions) -> None:
    """Write a row for each result with its text, and print the counts to stderr.

    Args:
        records: The results.
        output: File, whose suffix says the format; ``-`` is stdout, as JSON Lines.
        options: Which results and columns to write.

    Raises:
        CliError: The file exists, its suffix is unknown, or no result has its text.
    """
    output_format = _choose_format(output)
    if not options.overwrite and _would_replace(output):
        raise CliError(f"{output} is there already; --overwrite writes over it.")
    counts = _Counts(options.columns)
    chosen = (each for each in records if not options.corrected or each.feedback_label is not None)
    # No bar if the rows go to the same terminal.
    shown = output != "-" or not sys.stdout.isatty()
    with progress_bar(None, shown=shown) as advance:
        rows = counts.count(count_progress(chosen, advance))
        first = next(rows, None)
        if first is None:
            template = NO_TEXTS if counts.without_text else "There are no such results."
            raise CliError(template.format(count=counts.without_text))
        with file_errors(), open_output(output) as stream:
            write = build_record_writer(stream, output_format, options.columns, raw=options.raw)
            for row in chain([first], rows):
                write(row)
    click.echo(counts.describe(), err=True)


class _Counts:
    """Builds rows and counts them."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.written = self.corrected = self.confirmed = self.without_text = 0
        self._columns = columns

    def count(self, records: Iterable[ResultRecord]) -> Iterator[Fields]:
        for record in records:
            if record.text is None and "text" in self._columns:
                self.without_text += 1
                continue
            self.written += 1
            self.confirmed += record.feedback_label == record.label
            self.corrected += record.feedback_label not in {None, record.label}
            fields = {**msgspec.structs.asdict(record), **_to_labels(record)}
            yield {column: fields[column] for column in self._columns}

    def describe(self) -> str:
        rows = "row" if self.written == 1 else "rows"
        without = f"; {self.without_text:,} without a text left out" if self.without_text else ""
        checked = f"{self.corrected:,} corrected, {self.confirmed:,} confirmed"
        return f"{self.written:,} {rows}, {checked}{without}."


def _to_labels(record: ResultRecord) -> Fields:
    return {"label": record.feedback_label or record.label, "model_label": record.label}


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
