"""Bundles made of the default one: a second version, one whose answers are wrong, and both."""

import shutil
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from infra.known_texts import FILE as KNOWN_TEXTS_FILE
from windvane.inference.manifest import (
    Manifest,
    read_manifest,
    renew_version,
    write_manifest,
)

TEMPERATURE = 1.5


def write_second_bundle(source: Path, folder: Path) -> None:
    """Write one with another temperature: the same labels, other scores.

    Args:
        source: Folder of the bundle to start from.
        folder: Where to; it must not exist.
    """
    _write(source, folder, temperature=TEMPERATURE)


def copy_challenger(challenger: Path, first: Path, folder: Path) -> None:
    """Copy a bundle of the user's, beside which stand the known texts of the first one.

    Args:
        challenger: Folder of the bundle.
        first: Folder of the bundle that it is released after.
        folder: Where to; it must not exist.
    """
    shutil.copytree(challenger, folder)
    _copy_known_texts(first, folder)


def write_broken_bundle(source: Path, folder: Path) -> None:
    """Write one whose labels are in the opposite order: it starts, and most answers are wrong.

    Args:
        source: Folder of the bundle to start from.
        folder: Where to; it must not exist.
    """
    labels = reversed(read_manifest(source).labels)
    _write(source, folder, id2label=dict(enumerate(labels)))


def write_challenger(source: Path, folder: Path) -> None:
    """Write one that has both: other scores, and labels in the opposite order.

    Args:
        source: Folder of the bundle to start from.
        folder: Where to; it must not exist.
    """
    labels = reversed(read_manifest(source).labels)
    _write(source, folder, id2label=dict(enumerate(labels)), temperature=TEMPERATURE)


def _write(source: Path, folder: Path, **changes: Any) -> None:
    """Copy a bundle, with its known texts, and change its manifest, which stays sound."""
    shutil.copytree(source, folder)
    _copy_known_texts(source, folder)
    write_manifest(folder, _change(read_manifest(source), changes))


def _copy_known_texts(source: Path, folder: Path) -> None:
    known_texts = source.parent / KNOWN_TEXTS_FILE
    if known_texts.exists():
        shutil.copy(known_texts, folder.parent)


def _change(manifest: Manifest, changes: dict[str, Any]) -> Manifest:
    return renew_version(replace(manifest, **changes))
