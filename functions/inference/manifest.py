"""The manifest: what a bundle says of itself in ``manifest.json``."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from functions.inference.errors import BundleNotFoundError, ManifestError

MANIFEST_FILE = "manifest.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class FileRecord:
    """The sha256 (hexadecimal) and size of one file of the bundle."""

    sha256: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a bundle holds and how it was made.

    Attributes:
        name: Name of the model, such as ``sentiment-minilm``.
        version: Hash of the contents; see `contents_version`.
        id2label: Label by column of the logits, as in the Hugging Face config.
        max_tokens: Longest sequence the model reads, special tokens included.
        temperature: The logits are divided by this before the softmax.
        quantization: Name of the scheme, such as ``int8``.
        files: Record of every file of the bundle except the manifest.
        source: Checkpoint, revision and licence the bundle was made from.
        parity: How far the bundle's answers lie from the checkpoint's in torch.
        evaluation: Figures measured on labelled data, by data set.
        tools: Versions of the packages that made the bundle.
    """

    name: str
    version: str
    id2label: dict[int, str]
    max_tokens: int
    quantization: str
    files: dict[str, FileRecord]
    temperature: float = 1.0
    source: dict[str, Any] = field(default_factory=dict)
    parity: dict[str, Any] = field(default_factory=dict)
    evaluation: dict[str, Any] = field(default_factory=dict)
    tools: dict[str, str] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names in the order of the logits' columns."""
        return tuple(self.id2label[i] for i in range(len(self.id2label)))


def contents_version(
    files: Mapping[str, FileRecord], id2label: Mapping[int, str], temperature: float
) -> str:
    """Hash all that decides an answer: the files, the labels and the temperature.

    Returns:
        The first 12 hexadecimal digits of a sha256.
    """
    contents = {
        "files": {name: record.sha256 for name, record in files.items()},
        "id2label": {str(i): label for i, label in id2label.items()},
        "temperature": temperature,
    }
    canonical = json.dumps(contents, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` into the bundle's folder."""
    text = json.dumps(asdict(manifest), indent=2, ensure_ascii=False)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read ``manifest.json`` of the bundle in ``folder``.

    Raises:
        BundleNotFoundError: There is no such file.
        ManifestError: It is not JSON, lacks a field, or is of another schema version.
    """
    path = folder / MANIFEST_FILE
    try:
        fields = json.loads(path.read_bytes())
    except OSError as error:
        raise BundleNotFoundError(
            f"{path} cannot be read: {error.strerror}. Is {folder} a bundle?"
        ) from error
    except ValueError as error:
        raise ManifestError(f"{path} is not JSON. Export the bundle again.") from error
    try:
        return _build_manifest(fields)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ManifestError(
            f"{path} is not a manifest of schema version {SCHEMA_VERSION}. "
            "Export the bundle again with this version of Windvane."
        ) from error


def _build_manifest(fields: dict[str, Any]) -> Manifest:
    if fields["schema_version"] != SCHEMA_VERSION:
        raise ValueError(fields["schema_version"])
    return Manifest(
        **{
            **fields,
            "id2label": {int(i): str(label) for i, label in fields["id2label"].items()},
            "files": {name: FileRecord(**record) for name, record in fields["files"].items()},
            "max_tokens": int(fields["max_tokens"]),
            "temperature": float(fields["temperature"]),
        }
    )
