"""The bundle of a deployment, verified before anything is deployed."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle_files import (
    MODEL_FILE,
    TOKENIZER_FILE,
    read_file_records,
    read_manifest_bytes,
    sha256_of,
)
from windvane.inference.bundle_version import contents_version_of_manifest
from windvane.inference.external_data import reads_only

_VERSION = re.compile(r"[0-9a-f]{12}")

MAX_BYTES = 450_000_000
"""A function's /tmp, where the bundle is fetched to, has 512 MB."""


class ModelBundleError(Exception):
    """The folder holds no sound bundle; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class ModelBundle:
    """What the stack needs to know about a bundle.

    Attributes:
        folder: Its folder.
        version: Hash of its contents, and its name in the bucket.
        labels: Label names, in the order of the logits.
        files: Names of all its files, the manifest included.
        has_profile: Whether results can be compared with its reference profile.
        has_languages: Whether that profile has the languages of its texts.
    """

    folder: Path
    version: str
    labels: tuple[str, ...]
    files: tuple[str, ...]
    has_profile: bool = False
    has_languages: bool = False


def read_model_bundle(folder: Path) -> ModelBundle:
    """Read a bundle's manifest and check every file against it.

    Raises:
        ModelBundleError: There is no bundle in the folder, a file is missing or was changed, the
            graph reads a file that is not listed, or the bundle is too large for the function.
    """
    try:
        manifest = json.loads(read_manifest_bytes(folder))
        records = read_file_records(manifest)
        bundle = _to_bundle(folder, manifest, records)
        version = contents_version_of_manifest(manifest, records)
    except OSError as error:
        raise ModelBundleError(
            f"The bundle {folder} has no readable {MANIFEST_FILE} ({error.strerror}); "
            "name a folder that windvane export wrote."
        ) from error
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ModelBundleError(
            f"{folder / MANIFEST_FILE} is not the manifest of a bundle; export the bundle again."
        ) from error
    if bundle.version != version:
        raise ModelBundleError(
            f"{folder / MANIFEST_FILE} was changed: its version is {bundle.version}, but that of "
            f"its contents {version}; export the bundle again."
        )
    for name, record in records.items():
        _check_file(folder / name, record.sha256)
    _check_graph(folder, records)
    size = sum((folder / name).stat().st_size for name in bundle.files)
    if size > MAX_BYTES:
        raise ModelBundleError(
            f"The bundle {folder} has {size / 1e6:.0f} MB, and a function can fetch "
            f"{MAX_BYTES / 1e6:.0f}; export it as int8, or from a smaller checkpoint."
        )
    return bundle


def _to_bundle(folder: Path, manifest: Mapping[str, Any], files: Iterable[str]) -> ModelBundle:
    """Pick the fields; raises ValueError where the version could not be part of an S3 key."""
    version = manifest["version"]
    if not _VERSION.fullmatch(version):
        raise ValueError(version)
    profile = manifest.get("profile") or {}
    labels = tuple(str(label) for label in manifest["id2label"].values())
    return ModelBundle(
        folder=folder,
        version=version,
        labels=labels,
        files=(MANIFEST_FILE, *files),
        has_profile=bool(profile),
        has_languages=bool(profile.get("languages")),
    )


def _check_graph(folder: Path, files: Collection[str]) -> None:
    """Check what the function checks when it loads the bundle."""
    missing = {MODEL_FILE, TOKENIZER_FILE} - set(files)
    if missing:
        raise ModelBundleError(
            f"{folder / MANIFEST_FILE} does not list {min(missing)}; export the bundle again."
        )
    try:
        is_checked = reads_only(folder / MODEL_FILE, files)
    except ValueError as error:
        raise ModelBundleError(f"{folder / MODEL_FILE} is not an ONNX graph.") from error
    if not is_checked:
        raise ModelBundleError(
            f"{folder / MODEL_FILE} reads a file that {MANIFEST_FILE} does not list; "
            "export the bundle again."
        )


def _check_file(path: Path, sha256: str) -> None:
    try:
        digest = sha256_of(path)
    except OSError as error:
        raise ModelBundleError(
            f"{path} cannot be read ({error.strerror}); the bundle is incomplete, export it again."
        ) from error
    if digest != sha256:
        raise ModelBundleError(
            f"{path} is not the file that its manifest names; "
            "it was changed or cut short, export the bundle again."
        )
