"""The formats of files of texts: which suffixes stand for them, and how they are called."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal, get_args

FileFormat = Literal["csv", "jsonl", "json", "text", "xlsx", "parquet"]
WrittenFormat = Literal["csv", "jsonl"]
GZIP_SUFFIX = ".gz"


@dataclass(frozen=True)
class FormatFacts:
    """What is said about a format.

    Attributes:
        name: How messages call it.
        description: How ``--help`` and the documentation describe it.
        suffixes: The file suffixes that stand for it.
    """

    name: str
    description: str
    suffixes: tuple[str, ...]


FORMATS: dict[FileFormat, FormatFacts] = {
    "csv": FormatFacts(
        "CSV", "CSV with a header, delimited by , ; | or tab", (".csv", ".tsv", ".tab")
    ),
    "jsonl": FormatFacts(
        "JSON Lines", "JSON Lines, an object or a string a line", (".jsonl", ".ndjson")
    ),
    "json": FormatFacts("a JSON array", "a JSON array of objects or strings", (".json",)),
    "text": FormatFacts("text", "plain text, a text a line", (".txt", "")),
    "xlsx": FormatFacts("Excel", "Excel", (".xlsx", ".xlsm")),
    "parquet": FormatFacts("Parquet", "Parquet", (".parquet",)),
}
READ_FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)
TABBED_SUFFIXES = (".tsv", ".tab")

_FORMAT_BY_SUFFIX = {
    suffix: file_format for file_format, facts in FORMATS.items() for suffix in facts.suffixes
}
_WRITTEN_BY_SUFFIX: dict[str, WrittenFormat] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}


def describe_formats() -> str:
    """List the formats that are read with their suffixes, as a part of a sentence."""
    named = (
        f"{facts.description} ({', '.join(filter(None, facts.suffixes))})"
        for facts in FORMATS.values()
    )
    return f"{'; '.join(named)}; each of these in gzip too ({GZIP_SUFFIX})"


def find_format(name: str) -> FileFormat | None:
    """Tell a file's format by its suffix, the one before ``.gz``; None if it is unknown."""
    return _FORMAT_BY_SUFFIX.get(find_suffix(name))


def find_written_format(name: str) -> WrittenFormat | None:
    """Tell by its suffix in which format a file is to be written; None if in none of ours."""
    return _WRITTEN_BY_SUFFIX.get(PurePath(name).suffix.lower())


def find_suffix(name: str) -> str:
    """Return a file's suffix in lower case, the one before ``.gz``."""
    path = PurePath(name)
    if path.suffix.lower() == GZIP_SUFFIX:
        path = path.with_suffix("")
    return path.suffix.lower()
