"""The files of a bundle, as its manifest lists them.

Standard library only: a deployment and the start of the Lambda function read a manifest with this,
without msgspec.
"""

import hashlib
import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from windvane.facts import BUNDLE_FILE_NAME


@dataclass(frozen=True)
class FileRecord:
    """The sha256 (hexadecimal) and size of one file of the bundle."""

    sha256: str
    bytes: int


def read_file_records(manifest: Mapping[str, Any]) -> dict[str, FileRecord]:
    """Read the records of all files but the manifest.

    Args:
        manifest: The manifest's JSON, decoded but not checked.

    Raises:
        ValueError: The manifest does not list its files, or a name is not a plain file name; the
            message says which.
    """
    try:
        records = {
            name: FileRecord(str(record["sha256"]), int(record["bytes"]))
            for name, record in manifest["files"].items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError("it does not list its files") from error
    check_file_names(records)
    return records


def check_file_names(records: Mapping[str, FileRecord]) -> None:
    """Refuse a name that leads out of the bundle's folder.

    Raises:
        ValueError: Names the first one.
    """
    for name in records:
        if not BUNDLE_FILE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no plain file name")


def sha256_of(path: Path) -> str:
    """Return the hexadecimal sha256 of a file; one call that releases the GIL, so imports go on."""
    if not path.stat().st_size:
        return hashlib.sha256().hexdigest()  # an empty file cannot be mapped
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return hashlib.sha256(content).hexdigest()
