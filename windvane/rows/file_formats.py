"""The format of a file by the suffix of its name."""

from collections.abc import Collection
from pathlib import PurePath
from typing import Literal

FileFormat = Literal["csv", "jsonl", "text"]

_FORMAT_BY_SUFFIX: dict[str, FileFormat] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".txt": "text",
    "": "text",
}
READ_FORMATS: tuple[FileFormat, ...] = ("csv", "jsonl", "text")
WRITTEN_FORMATS: tuple[FileFormat, ...] = ("csv", "jsonl")


def find_format(name: str, formats: Collection[FileFormat]) -> FileFormat | None:
    """Tell a file's format by its suffix; None if that stands for none of ``formats``."""
    file_format = _FORMAT_BY_SUFFIX.get(PurePath(name).suffix.lower())
    return file_format if file_format in formats else None
