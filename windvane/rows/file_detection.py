"""Finds out how a file is to be read, from its name, a sample of it, and what was said."""

import json
from dataclasses import dataclass

from windvane.rows.byte_source import UNNAMED, ByteSource
from windvane.rows.column_names import find_column
from windvane.rows.delimiters import (
    Delimiter,
    ends_lines_by_returns,
    read_header,
    sniff_delimiter,
)
from windvane.rows.errors import InputFileError
from windvane.rows.file_content import find_binary_format, refuse_binary, refuse_signatures
from windvane.rows.file_formats import (
    FORMATS,
    GZIP_SUFFIX,
    TABBED_SUFFIXES,
    FileFormat,
    find_format,
    find_suffix,
)
from windvane.rows.reading import Reading
from windvane.rows.text_encodings import UTF8, decode_sample, detect_encoding

_NAMELESS = ("-", "<stdin>", UNNAMED)
_BINARY_FORMATS = ("xlsx", "parquet")
_ASSUMED: FileFormat = "csv"
_COMMA = Delimiter(",")


@dataclass(frozen=True, kw_only=True)
class Detection:
    """How a file is read.

    Attributes:
        file_format: Its format.
        encoding: Its encoding.
        delimiter: What delimits the fields of CSV.
        ends_by_returns: Whether its lines end with carriage returns alone.
        note: What was found out and could not be expected; None if all is as expected.
    """

    file_format: FileFormat
    encoding: str = UTF8
    delimiter: Delimiter = _COMMA
    ends_by_returns: bool = False
    note: str | None = None


def detect_file(source: ByteSource, reading: Reading) -> Detection:
    """Find out how to read a file; its content decides where it contradicts the name.

    Raises:
        InputFileError: It is neither text nor a table, or its name does not tell the format.
    """
    sample, name = source.sample, source.name
    expected = reading.file_format or _expect_format(name)
    binary_format = find_binary_format(sample)
    if binary_format:
        note = _note(source, FORMATS[binary_format].name, expected)
        return Detection(file_format=binary_format, note=note)
    refuse_signatures(sample, name)
    if reading.encoding is None:
        encoding = detect_encoding(sample, name, is_whole=source.is_whole_sample)
    else:
        encoding = reading.encoding
        refuse_binary(decode_sample(sample, encoding, name).encode(), name)
    return _detect_text(source, reading, expected, encoding)


def _expect_format(name: str) -> FileFormat | None:
    return "text" if name in _NAMELESS else find_format(name)


def _detect_text(
    source: ByteSource, reading: Reading, expected: FileFormat | None, encoding: str
) -> Detection:
    start = decode_sample(source.sample, encoding, source.name).removeprefix("\ufeff")
    file_format = _choose_format(start, reading, expected, source.name)
    if file_format is None:
        raise InputFileError(
            f"Cannot tell the format of {source.name} by its name; say it with --format."
        )
    shown = FORMATS[file_format].name
    delimiter = _COMMA
    if file_format == "csv":
        usual = "\t" if find_suffix(source.name) in TABBED_SUFFIXES else ","
        delimiter = sniff_delimiter(start, reading.text_column, preferred=usual)
        if reading.delimiter:
            delimiter = Delimiter(reading.delimiter, has_line=delimiter.has_line)
        elif delimiter.character != usual:
            character = delimiter.character
            shown = f"{shown} with {'tabs' if character == chr(9) else repr(character)}"
    if encoding not in {UTF8, reading.encoding}:
        shown = f"{shown}, {encoding}"
    return Detection(
        file_format=file_format,
        encoding=encoding,
        delimiter=delimiter,
        ends_by_returns=ends_lines_by_returns(start, quoted=file_format == "csv"),
        note=_note(source, shown, expected),
    )


def _choose_format(
    start: str, reading: Reading, expected: FileFormat | None, name: str
) -> FileFormat | None:
    """Choose between the formats that are text."""
    begins = start.lstrip()[:1]
    if expected in {"json", "jsonl"}:
        return "json" if begins == "[" else "jsonl"
    if reading.file_format not in {None, *_BINARY_FORMATS}:
        return expected
    if expected in _BINARY_FORMATS:
        expected = _ASSUMED
    if name in _NAMELESS or expected in {"csv", None}:
        expected = _recognize_json(start, begins) or expected
    if name in _NAMELESS and expected == "text" and _has_column(start, reading):
        return "csv"
    return expected


def _recognize_json(start: str, begins: str) -> FileFormat | None:
    """Recognize an object on the first line, and an array of objects or strings."""
    if begins == "[":
        return "json" if start.lstrip()[1:].lstrip()[:1] in {"{", '"'} else None
    if begins != "{":
        return None
    try:
        json.loads(start.lstrip().splitlines()[0])
    except ValueError:
        return None
    return "jsonl"


def _has_column(start: str, reading: Reading) -> bool:
    """Return whether the first line is a header with the text column and another."""
    delimiter = reading.delimiter or sniff_delimiter(start, reading.text_column).character
    header = read_header(start, delimiter)
    return len(header) > 1 and find_column(reading.text_column, header) is not None


def _is_packed_unseen(source: ByteSource) -> bool:
    is_named = source.name.lower().endswith(GZIP_SUFFIX) or source.name in _NAMELESS
    return source.is_packed and not is_named


def _note(source: ByteSource, shown: str, expected: FileFormat | None) -> str | None:
    """Say how a file is read, unless that is just what its name says."""
    if _is_packed_unseen(source):
        shown = f"{shown}, unpacked from gzip"
    if expected and shown == FORMATS[expected].name:
        return None
    return f"{source.name}: read as {shown}."
