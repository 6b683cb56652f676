"""Gates, and bundles to hold against them."""

from pathlib import Path

from msgspec.structs import replace

from tests.tiny_bundle import write_tiny_bundle
from windvane.evaluation.gate.gate_file import Gate, load_gate
from windvane.inference.manifest import read_manifest, renew_version, write_manifest
from windvane.rows.labelled_set import LabelledSet


def write_gate(folder: Path, content: str) -> Path:
    path = folder / "gate.toml"
    path.write_text(content, encoding="utf-8")
    return path


def build_gate(folder: Path, content: str) -> Gate:
    return load_gate(write_gate(folder, content))


def write_renamed_bundle(folder: Path, *labels: str) -> Path:
    """Write the tiny bundle with other names for its labels: swapped ones make it wrong."""
    write_tiny_bundle(folder)
    renamed = replace(read_manifest(folder), id2label=dict(enumerate(labels)))
    write_manifest(folder, renew_version(renamed))
    return folder


def write_worse_bundle(folder: Path) -> Path:
    """Write a bundle that takes positive for negative, and the other way round."""
    return write_renamed_bundle(folder, "positive", "neutral", "negative")


def build_texts(name: str = "test.csv") -> LabelledSet:
    texts = ["good", "so good", "bad", "so bad", "a table", "noon"]
    labels = ["positive", "positive", "negative", "negative", "neutral", "neutral"]
    return LabelledSet(name, "0" * 64, texts, labels, range(2, 8))
