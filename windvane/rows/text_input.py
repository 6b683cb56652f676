"""Texts to classify, with how they were read, and their batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from windvane.rows.byte_source import ByteSource
from windvane.rows.file_formats import FileFormat
from windvane.rows.reading import Reading
from windvane.rows.row import Record, Row, to_record

_BATCH_TEXTS = 256
_BATCH_CHARS = 2**20


@dataclass(frozen=True)
class TextInput:
    """An input that has rows of its format.

    Attributes:
        records: Rows and rejects in order, read lazily.
        columns: The columns of a table, or those of the first usable row.
        file_format: The format.
        note: A sentence that says how the file was read, if that was not to be expected.
        source: The file's bytes; None if the texts are command line arguments.
    """

    records: Iterator[Record]
    columns: tuple[str, ...]
    file_format: FileFormat = "text"
    note: str | None = None
    source: ByteSource | None = None

    @property
    def total_bytes(self) -> int | None:
        """Size of the file; None for a pipe."""
        return self.source.total_bytes if self.source else None

    @property
    def bytes_read(self) -> int:
        """Position in the file."""
        return self.source.bytes_read if self.source else 0


def build_text_input(texts: Sequence[str], reading: Reading) -> TextInput:
    """Build the input from command line arguments, each numbered as a line."""
    text_column = reading.text_column
    records = (
        to_record(number, {text_column: text}, text_column)
        for number, text in enumerate(texts, start=1)
    )
    return TextInput(records, (text_column,), reading.file_format or "text")


def batch_records(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Group records into batches that fit in memory."""
    batch: list[Record] = []
    chars = 0
    for record in records:
        batch.append(record)
        chars += len(record.text) if isinstance(record, Row) else 0
        if len(batch) == _BATCH_TEXTS or chars > _BATCH_CHARS:
            yield batch
            batch, chars = [], 0
    if batch:
        yield batch
