"""What an object is, by its name and its first bytes."""

import io
from dataclasses import dataclass

from windvane.jobs.csv_columns import missing_column
from windvane.jobs.csv_cuts import read_csv_start
from windvane.jobs.errors import JobFieldError, JobInputError
from windvane.jobs.job import Job, JobFormat
from windvane.jobs.storage import Storage, StoredObject
from windvane.rows.byte_source import SAMPLE_BYTES, ByteSource
from windvane.rows.column_names import find_column
from windvane.rows.errors import InputFileError, RowsError
from windvane.rows.file_detection import Detection, detect_file
from windvane.rows.jsonl_reader import read_jsonl_rows
from windvane.rows.lines import Lines
from windvane.rows.reading import Reading, parse_delimiter, parse_encoding
from windvane.rows.row import Row
from windvane.rows.text_encodings import UTF8, transcode

_FETCHED_BYTES = 2 * SAMPLE_BYTES
LINE_FORMATS = ("jsonl", "text")
CUT_FORMATS = (*LINE_FORMATS, "csv")
"""Formats that are cut; an object of another format is read whole."""


@dataclass(frozen=True, kw_only=True)
class ObjectSample:
    """What an object is.

    Attributes:
        stored: The object.
        format: Its format.
        encoding: Its encoding.
        delimiter: Character between the fields of CSV.
        columns: Columns of CSV, in order.
        first_row: Offset of the first row of CSV.
        is_cut: Whether it can be cut: not where it is packed, or a line feed is more than a byte.
        growth: How many times larger it is than its packed bytes.
    """

    stored: StoredObject
    format: JobFormat
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    first_row: int
    is_cut: bool
    growth: float


def build_reading(job: Job) -> Reading:
    """Say how a job's objects are read, as far as the job says it.

    Raises:
        JobFieldError: The encoding or the delimiter is none.
    """
    field = "encoding"
    try:
        encoding = parse_encoding(job.encoding) if job.encoding else None
        field = "delimiter"
        delimiter = parse_delimiter(job.delimiter) if job.delimiter else None
    except RowsError as error:
        raise JobFieldError(field, str(error).removesuffix(".")) from error
    return Reading(
        text_column=job.text_column,
        file_format="text" if job.format == "document" else job.format,
        encoding=encoding,
        delimiter=delimiter,
    )


def sample_object(stored: StoredObject, job: Job, storage: Storage) -> ObjectSample:
    """Look at the start of an object.

    Raises:
        JobInputError: It is of no format that is read, or lacks a column.
        JobFieldError: A field of the job breaks a rule.
        InputChangedError: It was changed meanwhile.
        StorageError: It cannot be read.
    """
    end = min(stored.size, _FETCHED_BYTES)
    with storage.open_object(stored.name, 0, end, etag=stored.etag) as stream:
        content = _Named(stream.read(end), stored.name)
    try:
        source = ByteSource(content)
        detection = detect_file(source, build_reading(job))
        return _build_sample(stored, job, source, detection)
    except InputFileError as error:
        raise JobInputError(str(error)) from error


class _Named(io.BytesIO):
    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


def _build_sample(
    stored: StoredObject, job: Job, source: ByteSource, detection: Detection
) -> ObjectSample:
    found: JobFormat = detection.file_format
    if job.format == "document" and found == "text":
        found = "document"
    delimiter = detection.delimiter.character
    columns: tuple[str, ...] = ()
    first_row = 0
    if found == "csv":
        start = read_csv_start(
            _to_utf8(source, detection),
            job,
            stored.name,
            delimiter=delimiter,
            has_separator_line=detection.delimiter.has_line,
        )
        columns, first_row = start.columns, start.offset
    elif found == "jsonl":
        _check_keys(_to_utf8(source, detection), job, stored.name)
    return ObjectSample(
        stored=stored,
        format=found,
        encoding=detection.encoding,
        delimiter=delimiter,
        columns=columns,
        first_row=first_row,
        is_cut=_can_be_cut(found, source, detection),
        growth=len(source.sample) / max(1, source.bytes_read) if source.is_packed else 1.0,
    )


def _to_utf8(source: ByteSource, detection: Detection) -> io.BytesIO:
    sample = source.sample
    if detection.ends_by_returns:
        sample = sample.replace(b"\r", b"\n")
    if is_single_byte(detection.encoding):
        return io.BytesIO(sample)
    return io.BytesIO(b"".join(transcode([sample], detection.encoding, source.name)))


def _can_be_cut(found: JobFormat, source: ByteSource, detection: Detection) -> bool:
    return (
        found in CUT_FORMATS
        and not source.is_packed
        and not detection.ends_by_returns
        and is_single_byte(detection.encoding)
    )


def is_single_byte(encoding: str) -> bool:
    """Return whether a byte below 128 is always the character of ASCII: UTF-8, cp1252, latin-1."""
    if encoding == UTF8:
        return True
    try:
        every_byte = bytes(range(256)).decode(encoding, "replace")
        is_ascii = bytes(range(128)).decode(encoding, "replace").isascii()
    except (LookupError, UnicodeError):
        return False
    return is_ascii and len(every_byte) == len(range(256))


def _check_keys(stream: io.BytesIO, job: Job, name: str) -> None:
    """Check that the first usable row has the keys of the job.

    Raises:
        JobInputError: It lacks one.
    """
    for record in read_jsonl_rows(Lines(stream), job.text_column):
        if isinstance(record, Row):
            if job.id_column and find_column(job.id_column, record.columns) is None:
                raise missing_column(job.id_column, name)
            return
        if record.columns:
            raise missing_column(job.text_column, name)
