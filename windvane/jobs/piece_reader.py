"""Reads the rows of a piece of an object, as `windvane.rows` reads the whole of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from windvane.jobs.csv_columns import has_separator_line, read_columns
from windvane.jobs.errors import JobInputError
from windvane.jobs.input_errors import name_fields
from windvane.jobs.object_sample import CUT_FORMATS, build_format_reading, build_reading
from windvane.jobs.plan import Piece, Plan
from windvane.jobs.storage import Storage
from windvane.rows.byte_source import SAMPLE_BYTES, ByteSource, buffer_chunks
from windvane.rows.column_names import name_columns
from windvane.rows.csv_reader import (
    CsvHeader,
    find_csv_column,
    read_csv_records,
    read_csv_rows,
)
from windvane.rows.delimiters import ends_lines_by_returns
from windvane.rows.errors import InputFileError
from windvane.rows.file_detection import detect_file
from windvane.rows.file_reader import read_texts
from windvane.rows.jsonl_reader import read_jsonl_rows
from windvane.rows.lines import LONGEST_LINE_BYTES, Lines
from windvane.rows.row import Record, Reject, describe_undecodable, to_record
from windvane.rows.text_encodings import UTF8, decode_sample, end_lines_by_feeds, transcode
from windvane.rows.text_line_reader import read_text_lines

DOCUMENT_TOO_LONG = "the document is too long to be a row"
_CHUNK_BYTES = 2**16


@dataclass
class PieceReader:
    """Reads the rows of one piece.

    What ends an object early, such as a damaged gzip file, is a reject behind the rows that could
    be read.

    Attributes:
        piece: The piece.
        plan: The plan of the job.
        storage: Where the object is.
        lines: Lines that were read so far; of an array or a table its rows.
    """

    piece: Piece
    plan: Plan
    storage: Storage
    lines: int = 0

    def read(self) -> Iterator[Record]:
        """Read the rows in order; line 1 is the first line of the piece.

        Raises:
            InputChangedError: The object was changed after the job was planned.
            StorageError: It cannot be read.
        """
        piece = self.piece
        with self.storage.open_object(
            piece.name, piece.start, piece.end, etag=piece.etag
        ) as stream:
            try:
                yield from self._read_stream(stream)
            except (InputFileError, JobInputError) as error:
                self.lines += 1
                reason = name_fields(str(error))
                yield Reject(self.lines, f"nothing from here on can be read: {reason}")

    def _read_stream(self, stream: IO[bytes]) -> Iterator[Record]:
        plan = self.plan
        if plan.format == "document":
            self.lines = 1
            return iter([self._read_document(stream)])
        if plan.format in CUT_FORMATS:
            lines = self._open_lines(stream, self.piece.start)
            return self._count(self._read_lines(lines), lines)
        reading = build_format_reading(plan.format, plan.encoding, plan.job)
        return self._count(read_texts(stream, reading).records)

    def _count(self, records: Iterable[Record], lines: Lines | None = None) -> Iterator[Record]:
        for record in records:
            self.lines = lines.number if lines else record.line
            yield record
        self.lines = lines.number if lines else self.lines

    def _open_lines(self, stream: IO[bytes], start: int) -> Lines:
        """Open the lines of a stream that begins at an offset of the object."""
        plan = self.plan
        chunks: Iterable[bytes] = iter(lambda: stream.read(_CHUNK_BYTES), b"")
        sample = ""
        if not start:
            chunks = source = ByteSource(stream)
            sample = decode_sample(source.sample, plan.encoding, source.name)
        if plan.encoding != UTF8:
            chunks = transcode(chunks, plan.encoding, self.piece.name)
        if ends_lines_by_returns(sample, quoted=plan.format == "csv"):
            chunks = end_lines_by_feeds(chunks)
        lines = Lines(buffer_chunks(chunks), encoding=plan.encoding)
        if plan.format == "csv" and has_separator_line(sample, plan.job):
            next(lines)
        return lines

    def _read_lines(self, lines: Lines) -> Iterator[Record]:
        text_column = self.plan.job.text_column
        if self.plan.format == "text":
            return read_text_lines(lines, text_column)
        if self.plan.format == "jsonl":
            return read_jsonl_rows(lines, text_column)
        return self._read_csv(lines)

    def _read_csv(self, lines: Lines) -> Iterator[Record]:
        plan, name = self.plan, self.piece.name
        records = read_csv_records(lines, plan.delimiter)
        if self.piece.start:
            header = self._find_header()
        else:
            columns = read_columns(records, plan.job, name)
            header, records = columns.header, columns.rows
        column = find_csv_column(header, plan.job.text_column, name) or plan.job.text_column
        return read_csv_rows(records, header, column)

    def _find_header(self) -> CsvHeader:
        """Return the header that all objects share, or read that of this object."""
        plan, piece = self.plan, self.piece
        if plan.header:
            return CsvHeader(plan.header, name_columns(plan.header))
        end = min(piece.start, SAMPLE_BYTES)  # the header is before any cut
        with self.storage.open_object(piece.name, 0, end, etag=piece.etag) as stream:
            records = read_csv_records(self._open_lines(stream, 0), plan.delimiter)
            return read_columns(records, plan.job, piece.name).header

    def _read_document(self, stream: IO[bytes]) -> Record:
        source = ByteSource(stream)
        detection = detect_file(source, build_reading(self.plan.job))
        if detection.file_format != "text":
            return Reject(1, f"the document is a file of {detection.file_format}")
        encoding = detection.encoding
        content = buffer_chunks(source).read(LONGEST_LINE_BYTES + 1)
        if len(content) > LONGEST_LINE_BYTES:
            return Reject(1, DOCUMENT_TOO_LONG)
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            return Reject(1, describe_undecodable(encoding))
        text_column = self.plan.job.text_column
        return to_record(1, {text_column: text}, text_column)
