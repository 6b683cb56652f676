"""What an object is, by its name and its first bytes."""

import dataclasses
import importlib.util
import io
import zlib
from dataclasses import dataclass
from typing import IO

from windvane.jobs.csv_cuts import read_csv_start
from windvane.jobs.errors import JobFieldError, JobInputError
from windvane.jobs.input_errors import input_errors, missing_column
from windvane.jobs.job import Job, JobFormat
from windvane.jobs.storage import Storage, StoredObject
from windvane.rows.byte_source import ByteSource
from windvane.rows.column_names import find_column
from windvane.rows.errors import ColumnMissingError, NoRowsError, RowsError
from windvane.rows.file_detection import Detection, detect_file
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading, parse_delimiter, parse_encoding
from windvane.rows.text_encodings import UTF8, transcode

_PACKAGES = {"parquet": "pyarrow", "xlsx": "openpyxl"}
_GZIP = zlib.MAX_WBITS | 16
_PACKED_BYTES = 2**18
_MOST_UNPACKED_BYTES = 2**25

CUT_FORMATS = ("jsonl", "text", "csv")
"""Formats that are cut; an object of another format is read whole."""


@dataclass(frozen=True, kw_only=True)
class ObjectSample:
    """What an object is.

    Attributes:
        stored: The object.
        format: Its format.
        encoding: Its encoding.
        delimiter: Character between the fields of CSV.
        is_cut: Whether it can be cut: not where it is packed, or a line feed is more than a byte.
        growth: How many times larger it is than its packed bytes.
        sample_bytes: Unpacked bytes that were looked at, of an object of lines.
        sample_rows: Lines of those.
        columns: Columns of CSV, in order.
        first_row: Offset of the first row of CSV.
        is_blank: Whether it has no row at all.
    """

    stored: StoredObject
    format: JobFormat
    encoding: str
    delimiter: str
    is_cut: bool
    growth: float
    sample_bytes: int = 0
    sample_rows: int = 0
    columns: tuple[str, ...] = ()
    first_row: int = 0
    is_blank: bool = False


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


def build_format_reading(job_format: JobFormat, encoding: str, job: Job) -> Reading:
    """Say how an object is read whose format was found out."""
    return Reading(
        text_column=job.text_column,
        file_format=None if job_format == "document" else job_format,
        encoding=encoding,
    )


def sample_object(stored: StoredObject, job: Job, storage: Storage) -> ObjectSample:
    """Look at the start of an object.

    Raises:
        JobInputError: It is of no format that is read, or lacks a column.
        JobFieldError: A field of the job breaks a rule.
        InputChangedError: It was changed meanwhile.
        StorageError: It cannot be read.
    """
    reading = build_reading(job)
    with (
        storage.open_object(stored.name, 0, stored.size, etag=stored.etag) as stream,
        input_errors(),
    ):
        source = ByteSource(stream)
        detection = detect_file(source, reading)
        sample = _build_sample(stored, job, source, detection)
        if source.is_packed:
            sample = dataclasses.replace(sample, growth=_measure_growth(stream))
        if sample.format in {"csv", "document"} or job.format == "document":
            return sample
        _require_package(sample)
        stream.seek(0)
        is_blank = not _has_rows(stream, sample, job)
        return dataclasses.replace(sample, is_blank=is_blank)


def _build_sample(
    stored: StoredObject, job: Job, source: ByteSource, detection: Detection
) -> ObjectSample:
    found: JobFormat = detection.file_format
    if job.format == "document" and found == "text":
        found = "document"
    has_lines = found in CUT_FORMATS
    sample = ObjectSample(
        stored=stored,
        format=found,
        encoding=detection.encoding,
        delimiter=detection.delimiter.character,
        is_cut=_can_be_cut(found, source, detection),
        growth=1.0,
        sample_bytes=len(source.sample) if has_lines else 0,
        sample_rows=max(1, source.sample.count(b"\n")) if has_lines else 0,
    )
    if found != "csv":
        return sample
    start = read_csv_start(
        _to_utf8(source, detection),
        job,
        stored.name,
        delimiter=sample.delimiter,
        has_separator_line=detection.delimiter.has_line,
    )
    return dataclasses.replace(sample, columns=start.columns, first_row=start.offset)


def _require_package(sample: ObjectSample) -> None:
    """Check that the package that reads a format is installed: Lambda's has none of them.

    Raises:
        JobInputError: It is not.
    """
    package = _PACKAGES.get(sample.format)
    if package and importlib.util.find_spec(package) is None:
        raise JobInputError(
            f"{sample.stored.name} is a file of {sample.format}, which cannot be read here; write "
            "it as JSON Lines or CSV."
        )


def _measure_growth(stream: IO[bytes]) -> float:
    """Unpack the start by itself: the sample's source has read more than it has unpacked."""
    stream.seek(0)
    packed = stream.read(_PACKED_BYTES)
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(packed, _MOST_UNPACKED_BYTES)
    except zlib.error:
        return 1.0  # whoever reads the rows says where it is damaged
    rest = len(unpacker.unconsumed_tail) + len(unpacker.unused_data)
    return len(unpacked) / max(1, len(packed) - rest)


def _has_rows(stream: IO[bytes], sample: ObjectSample, job: Job) -> bool:
    """Read up to the first usable row, and check that it has the id column.

    Raises:
        InputFileError: None of many rows can be used.
        JobInputError: The row lacks a column.
    """
    name = sample.stored.name
    try:
        texts = read_texts(stream, build_format_reading(sample.format, sample.encoding, job))
    except NoRowsError:
        return False
    except ColumnMissingError as error:
        raise missing_column(job.text_column, name) from error
    has_columns = sample.format != "text"
    if has_columns and job.id_column and find_column(job.id_column, texts.columns) is None:
        raise missing_column(job.id_column, name)
    return True


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
