"""The files of a bundle, as its manifest lists them.

Standard library only: a deployment and the start of the Lambda function read a manifest with this,
without msgspec.
"""

import hashlib
import mmap
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from windvane.facts import BUNDLE_FILE_NAME, MANIFEST_FILE

MODEL_FILE = "model.onnx"
WEIGHTS_FILE = "model.onnx.data"
TOKENIZER_FILE = "tokenizer.json"
LANGUAGE_FILE = "language.bin"
EXPORTED_FILES = (MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE)
"""The files of a checkpoint's export."""
CONTENT_FILES = (*EXPORTED_FILES, LANGUAGE_FILE)
"""Every file that a bundle may hold besides its manifest."""
OPTIONAL_FILES = (WEIGHTS_FILE, LANGUAGE_FILE)
"""Small graphs contain their weights, and not every bundle knows its language."""

MAX_MANIFEST_BYTES = 1024 * 1024
MAX_FILE_BYTES = 10 * 1024**3
"""What a Lambda function's /tmp can hold."""


@dataclass(frozen=True)
class FileRecord:
    """The sha256 (hexadecimal) and size of one file of the bundle."""

    sha256: str
    bytes: int


def read_manifest_bytes(folder: Path) -> bytes:
    """Read the manifest of a bundle.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no regular file, or longer than 1 MiB.
    """
    path = folder / MANIFEST_FILE
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a device may never end
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        content = file.read(MAX_MANIFEST_BYTES + 1)
    if len(content) > MAX_MANIFEST_BYTES:
        raise ValueError("it is longer than 1 MiB")
    return content


def read_file_records(manifest: Mapping[str, Any]) -> dict[str, FileRecord]:
    """Read the records of all files but the manifest.

    Args:
        manifest: The manifest's JSON, decoded but not checked.

    Raises:
        ValueError: The manifest does not list its files, or a record breaks a rule; the message
            says which.
    """
    try:
        records = {
            name: FileRecord(str(record["sha256"]), int(record["bytes"]))
            for name, record in manifest["files"].items()
        }
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise ValueError("it does not list its files") from error
    check_records(records)
    return records


def check_records(records: Mapping[str, FileRecord]) -> None:
    """Refuse a name that leads out of the bundle's folder, and a size that is out of bounds.

    Raises:
        ValueError: Names the first one.
    """
    for name, record in records.items():
        if not BUNDLE_FILE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no plain file name")
        if not 0 <= record.bytes <= MAX_FILE_BYTES:
            raise ValueError(f"the size of {name} is not between 0 and 10 GiB")


def sha256_of(path: Path) -> str:
    """Return the hexadecimal sha256 of a file; one call that releases the GIL, so imports go on."""
    if not path.stat().st_size:
        return hashlib.sha256().hexdigest()  # an empty file cannot be mapped
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return hashlib.sha256(content).hexdigest()
