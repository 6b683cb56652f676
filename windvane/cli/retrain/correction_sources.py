"""Reads corrections from a result log or a labelled file."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from windvane.cli.errors import CliError
from windvane.cli.messages import print_message
from windvane.cli.progress import progress_bar
from windvane.cli.results.damaged_records import report_damaged
from windvane.cli.results.result_log_access import open_for_reading
from windvane.cli.results.result_pages import count_progress, read_results
from windvane.evaluation.corrections import Correction
from windvane.result_log.query import ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.rows.byte_source import open_input
from windvane.rows.column_names import find_column
from windvane.rows.file_reader import read_texts
from windvane.rows.labelled_files import LabelledFile, read_labelled_rows
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects, filter_rows
from windvane.rows.row import Row
from windvane.rows.text_input import batch_records

MODEL_LABEL_COLUMN = "model_label"
"""As `windvane results export` writes it."""


@dataclass(frozen=True, kw_only=True)
class CorrectionSource:
    """Where corrections are.

    Attributes:
        file: A labelled file, such as ``windvane results export --corrected`` writes.
        result_log: URI of a log; None for the default, if there is no file.
        query: Which results of the log.
        texts: A file of texts, for results that were recorded with the hash of their text alone.
        reading: How both files are read.
    """

    file: LabelledFile | None
    result_log: str | None
    query: ResultQuery
    texts: str | None
    reading: Reading


def read_corrections(source: CorrectionSource) -> list[Correction]:
    """Read every correction.

    Raises:
        CliError: There is no log, or no correction with its text.
        InputFileError: A file is not of its format.
        OSError: A file cannot be read.
        ResultLogError: The log did not answer.
    """
    if source.file is not None:
        return _read_file(source.file)
    texts_by_hash = _read_texts(source.texts, source.reading) if source.texts else {}
    with (
        open_for_reading(source.result_log) as log,
        report_damaged(log) as pages,
        progress_bar(None) as advance,
    ):
        records = count_progress(read_results(pages, source.query), advance)
        return _from_records(records, texts_by_hash)


def _from_records(
    records: Iterable[ResultRecord], texts_by_hash: Mapping[str, str]
) -> list[Correction]:
    corrections, without_text = [], 0
    for record in records:
        if record.feedback_label is None:
            continue
        text = record.text
        if text is None and record.text_sha256 is not None:
            text = texts_by_hash.get(record.text_sha256)
        if text is None:
            without_text += 1
        else:
            corrections.append(Correction(text, record.feedback_label, record.label))
    if not corrections:
        raise CliError(_describe_none(without_text))
    if without_text:
        print_message(f"{without_text:,} corrections without their text are left out.", err=True)
    return corrections


def _describe_none(without_text: int) -> str:
    if not without_text:
        return "The log holds no correction; `windvane results correct` and the page make them."
    return (
        f"None of the {without_text:,} corrections has its text: keep texts with "
        "WINDVANE_STORE_TEXT=full, or hashes with WINDVANE_STORE_TEXT=hash and name a file of the "
        "texts with --texts."
    )


def _read_file(file: LabelledFile) -> list[Correction]:
    """Read a labelled file; the column ``model_label``, if there is one, is the model's label."""
    model_labels: dict[int, str] = {}

    def note_model_label(row: Row) -> None:
        column = find_column(MODEL_LABEL_COLUMN, row.columns)
        if column is not None:
            model_labels[row.line] = str(row.columns[column])

    rows = list(read_labelled_rows(file, Rejects(None, file.path), note_model_label))
    if not rows:
        raise CliError(f"{file.path} holds no row that can be used.")
    return [Correction(row.text, row.label, model_labels.get(row.line, "")) for row in rows]


def _read_texts(path: str, reading: Reading) -> dict[str, str]:
    """Read texts by the sha256 of their UTF-8, as a result log stores it."""
    rejects = Rejects(None, path)
    with open_input(path) as stream:
        content = read_texts(stream, reading)
        return {
            hashlib.sha256(row.text.encode()).hexdigest(): row.text
            for batch in batch_records(content.records)
            for row in filter_rows(batch, rejects)
        }
