"""The manifest of a bundle, ``manifest.json``."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle_files import (
    LANGUAGE_FILE,
    FileRecord,
    check_records,
    read_manifest_bytes,
)
from windvane.inference.bundle_version import contents_version
from windvane.inference.errors import BundleNotFoundError, ManifestError
from windvane.inference.invisible_characters import is_invisible
from windvane.inference.label_offsets import LabelOffsets, check_offsets
from windvane.inference.lineage import Lineage
from windvane.inference.reference_profile import ReferenceProfile

SCHEMA_VERSION = 1
ADJUSTED_SCHEMA_VERSION = 2
"""Of manifests with offsets or window_tokens: a Windvane that knows neither would ignore them and
answer otherwise, so it must refuse the manifest."""
_READ_VERSIONS = (SCHEMA_VERSION, ADJUSTED_SCHEMA_VERSION)
LEAST_MAX_TOKENS = 4
_MAX_NESTING = 32
LANGUAGE = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$"
"""A language tag, such as ``en`` or ``pt-BR`` (BCP 47)."""
MOST_LABELS = 1000
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST_LABEL_CHARS = 100

Count = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Languages = Annotated[
    list[Annotated[str, msgspec.Meta(pattern=LANGUAGE)]],
    msgspec.Meta(min_length=1, max_length=200),
]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The contents of a bundle, and how it was made.

    Attributes:
        name: Name of the model, such as ``sentiment-minilm``.
        version: Hash of the contents; see `contents_version`.
        id2label: Label by column of the logits, as in the Hugging Face config.
        max_tokens: Longest sequence the model reads, special tokens included.
        temperature: The logits are divided by this before the softmax.
        quantization: Name of the scheme, such as ``int8``.
        files: Record of every file of the bundle except the manifest.
        source: Checkpoint, revision and licence the bundle was made from.
        parity: How far the bundle's scores differ from the checkpoint's in torch.
        evaluation: Figures measured on labelled data, by data set.
        tools: Versions of the packages that made the bundle.
        vocabulary_size: Rows of the embeddings; older bundles do not say.
        positions: Most tokens that the model has a position for; None if its positions are
            relative, or the bundle is older.
        languages: Tags of the languages that the model reads; None if the bundle does not say.
            A bundle with `LANGUAGE_FILE` names one.
        profile: What `windvane monitor` compares records with; None if nobody has made it.
        lineage: What a retraining or a calibration made it from; None for any other bundle.
        offsets: What is added to the logits; None if `windvane calibrate` did not write the bundle.
        normalization: Name of the rules that the export put around the normalizer of the
            checkpoint's tokenizer; None for that alone.
        window_tokens: Most tokens of a window, special tokens included; None for `max_tokens`.
        schema_version: `ADJUSTED_SCHEMA_VERSION` if there are offsets or window_tokens.
    """

    name: str
    version: str
    id2label: dict[int, str]
    max_tokens: Annotated[int, msgspec.Meta(ge=LEAST_MAX_TOKENS, le=131_072)]
    quantization: str
    files: dict[str, FileRecord]
    temperature: Annotated[float, msgspec.Meta(ge=0.01, le=100)] = 1.0
    source: dict[str, Any] = {}
    parity: dict[str, Any] = {}
    evaluation: dict[str, Any] = {}
    tools: dict[str, str] = {}
    vocabulary_size: Count | None = None
    positions: Count | None = None
    languages: Languages | None = None
    profile: ReferenceProfile | None = None
    lineage: Lineage | None = None
    offsets: LabelOffsets | None = None
    normalization: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] | None = None
    window_tokens: Annotated[int, msgspec.Meta(ge=LEAST_MAX_TOKENS)] | None = None
    schema_version: int = SCHEMA_VERSION

    @property
    def model_id(self) -> str:
        """Name and version in one word, ``name@version``."""
        return f"{self.name}@{self.version}"

    @property
    def labels(self) -> tuple[str, ...]:
        """Label names in the order of the logits' columns."""
        return tuple(self.id2label[i] for i in range(len(self.id2label)))

    @property
    def exported_temperature(self) -> float:
        """The temperature without offsets, which a calibration starts from."""
        return self.offsets.exported_temperature if self.offsets else self.temperature

    @property
    def longest_window_tokens(self) -> int:
        """Most tokens that the model runs on at once; a longer text is cut into windows."""
        return self.window_tokens or self.max_tokens

    @property
    def is_adjusted(self) -> bool:
        """Whether it has fields that need `ADJUSTED_SCHEMA_VERSION`."""
        return self.offsets is not None or self.window_tokens is not None


def find_label_fault(label: str) -> str | None:
    """Say what is wrong with a label's name, to stand behind what names the label."""
    if all(map(is_invisible, label)):
        return "is empty"
    if label != label.strip():
        return "has a space at an edge"
    if len(label) > LONGEST_LABEL_CHARS:
        return f"has more than {LONGEST_LABEL_CHARS} characters"
    if _CONTROLS.search(label):
        return "holds a line break or another control character"
    return None


def renew_version(manifest: Manifest) -> Manifest:
    """Give a manifest the version of its contents, and the schema that it needs."""
    version = contents_version(
        manifest.files,
        manifest.id2label,
        manifest.temperature,
        manifest.offsets.values if manifest.offsets else None,
        window_tokens=manifest.window_tokens,
    )
    schema_version = ADJUSTED_SCHEMA_VERSION if manifest.is_adjusted else SCHEMA_VERSION
    return replace(manifest, version=version, schema_version=schema_version)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` into the bundle's folder, in one step."""
    text = json.dumps(msgspec.to_builtins(manifest), indent=2, ensure_ascii=False)
    partial = folder / f"{MANIFEST_FILE}.part"
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(folder / MANIFEST_FILE)


def read_manifest(folder: Path) -> Manifest:
    """Read ``manifest.json`` of the bundle in ``folder``.

    Raises:
        BundleNotFoundError: There is no such file.
        ManifestError: It is not JSON, is of another schema version, or a field breaks a rule.
    """
    path = folder / MANIFEST_FILE
    try:
        return decode_manifest(read_manifest_bytes(folder))
    except OSError as error:
        raise BundleNotFoundError(
            f"{path} cannot be read: {error.strerror}. Is {folder} a bundle?"
        ) from error
    except (RecursionError, ValueError) as error:
        raise ManifestError(
            f"{path} is not a manifest of schema {ADJUSTED_SCHEMA_VERSION} or less: {error}. "
            "Export the bundle again with this version of Windvane."
        ) from error


def decode_manifest(content: bytes) -> Manifest:
    """Decode the bytes of a manifest.

    Raises:
        ValueError: It is not JSON, is of another schema version, or a field breaks a rule.
        RecursionError: It is nested too deeply.
    """
    manifest = msgspec.json.decode(content, type=Manifest)
    _check_rules(manifest)
    return manifest


def _check_rules(manifest: Manifest) -> None:
    """Check the rules that the field types do not express.

    Raises:
        ValueError: A field breaks a rule; the message says which.
    """
    _check_schema(manifest)
    columns = range(len(manifest.id2label))
    if not columns or manifest.id2label.keys() != set(columns):
        raise ValueError("id2label does not number the labels from 0")
    if len(set(manifest.id2label.values())) != len(columns):
        raise ValueError("id2label names a label twice")
    if len(columns) > MOST_LABELS:
        raise ValueError(f"id2label has more than {MOST_LABELS:,} labels")
    for column, label in manifest.id2label.items():
        if fault := find_label_fault(label):
            raise ValueError(f"label {column} of id2label {fault}")
    if manifest.positions is not None and manifest.max_tokens > manifest.positions:
        raise ValueError(f"max_tokens is above the {manifest.positions} positions of the model")
    if manifest.longest_window_tokens > manifest.max_tokens:
        raise ValueError(f"window_tokens is above max_tokens, which is {manifest.max_tokens}")
    check_records(manifest.files)
    check_offsets(manifest.offsets, len(columns))
    _check_language(manifest)
    _check_version(manifest)
    for name in ("source", "parity", "evaluation"):
        _check_nesting(name, getattr(manifest, name))


def _check_schema(manifest: Manifest) -> None:
    """Check that the schema version is one that has all fields.

    Raises:
        ValueError: It is not.
    """
    if manifest.schema_version not in _READ_VERSIONS:
        raise ValueError(f"schema_version is {manifest.schema_version}")
    if manifest.is_adjusted and manifest.schema_version < ADJUSTED_SCHEMA_VERSION:
        raise ValueError(f"offsets and window_tokens need schema_version {ADJUSTED_SCHEMA_VERSION}")


def _check_language(manifest: Manifest) -> None:
    """Check that a bundle with `LANGUAGE_FILE` says what the file needs.

    Raises:
        ValueError: It does not name one language, or the number of its tokens.
    """
    if LANGUAGE_FILE not in manifest.files:
        return
    if manifest.languages is None or len(manifest.languages) != 1:
        raise ValueError(f"languages names none or several, and {LANGUAGE_FILE} is of one")
    if manifest.vocabulary_size is None:
        raise ValueError(f"vocabulary_size is missing, and {LANGUAGE_FILE} has a weight per token")


def _check_version(manifest: Manifest) -> None:
    """Check that the version is that of the contents, which every result names.

    Raises:
        ValueError: It is not.
    """
    renewed = renew_version(manifest).version
    if manifest.version != renewed:
        raise ValueError(
            f"version is {manifest.version}, but these files, labels, temperature, offsets and "
            f"window_tokens make {renewed}: it was changed by hand"
        )


def _check_nesting(name: str, value: object) -> None:
    """Check that a value can be written again: Python's JSON encoder recurses.

    Raises:
        ValueError: It is nested too deeply.
    """
    level = [value]
    for _ in range(_MAX_NESTING):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise ValueError(f"{name} is nested more than {_MAX_NESTING} levels deep")
