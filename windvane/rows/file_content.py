"""Finds out what a file is by its first bytes, whatever its name says."""

import re
from typing import Literal

from windvane.rows.errors import InputFileError

BinaryFormat = Literal["xlsx", "parquet"]
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_SIGNATURES: dict[bytes, str] = {
    b"%PDF-": "a PDF",
    b"PK\x05\x06": "a ZIP archive",
    b"\x1f\x8b": "packed with gzip twice",
    b"BZh": "packed with bzip2",
    b"\xfd7zXZ\0": "packed with xz",
    b"\x28\xb5\x2f\xfd": "packed with Zstandard",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"{\\rtf": "an RTF document",
    b"SQLite format 3\0": "an SQLite database",
}
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FEWEST_CONTROLS = 4
_CONTROL_SHARE = 20


def find_binary_format(sample: bytes) -> BinaryFormat | None:
    """Tell the format of a file that is not text but may have rows; None for any other file.

    An Excel file is a ZIP archive, or an OLE file if it is old or locked; not every one of those is
    an Excel file.
    """
    if sample.startswith(b"PAR1"):
        return "parquet"
    return "xlsx" if sample.startswith(_SPREADSHEETS) else None


def refuse_signatures(sample: bytes, name: str) -> None:
    """Refuse what begins as a document, a picture or an archive.

    Raises:
        InputFileError: It does; the message says what it is.
    """
    for signature, kind in _SIGNATURES.items():
        if sample.startswith(signature):
            raise InputFileError(f"{name} is {kind}, not a text file.")


def refuse_binary(sample: bytes, name: str) -> None:
    """Refuse bytes of which a twentieth or more are control characters, which texts do not have.

    Raises:
        InputFileError: They are.
    """
    controls = len(_CONTROL.findall(sample))
    if controls >= _FEWEST_CONTROLS and controls * _CONTROL_SHARE >= len(sample):
        raise InputFileError(f"{name} is a binary file, not a text file.")
