"""Manifests written, read and refused."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from infra.model_bundle import ModelBundleError, read_model_bundle
from tests.windvane.inference.bundle_faults import (
    edit_manifest,
    forget_field,
    read_file_records,
)
from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle_files import MAX_MANIFEST_BYTES, FileRecord
from windvane.inference.bundle_version import contents_version
from windvane.inference.errors import BundleNotFoundError, ManifestError
from windvane.inference.label_offsets import LabelOffsets
from windvane.inference.lineage import DataFile, GateLimit, Lineage
from windvane.inference.manifest import (
    Manifest,
    read_manifest,
    write_manifest,
)

FILES = {"model.onnx": FileRecord("aa", 1), "tokenizer.json": FileRecord("bb", 2)}
LABELS = {0: "bad", 1: "good"}
MANIFEST = Manifest(
    name="modèle",
    version="e8aba0783cbf",
    id2label=LABELS,
    max_tokens=128,
    quantization="int8",
    files=FILES,
    temperature=1.5,
    source={"checkpoint": "here", "revision": None},
    parity={"agreement": 1.0},
    evaluation={"reviews": {"accuracy": 0.9}},
    tools={"onnxruntime": "1"},
)


def nest(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"a": value}
    return value


def test_read_manifest_refuses_a_long_file(tmp_path: Path) -> None:
    write_manifest(tmp_path, replace(MANIFEST, source={"checkpoint": "x" * MAX_MANIFEST_BYTES}))

    with pytest.raises(ManifestError, match="longer than 1 MiB"):
        read_manifest(tmp_path)


def test_read_manifest_reads_what_was_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)

    assert read_manifest(tmp_path) == MANIFEST


def test_manifest_labels_are_in_the_order_of_the_columns() -> None:
    manifest = Manifest(
        name="m",
        version="1",
        id2label={1: "good", 0: "bad"},
        max_tokens=8,
        quantization="fp32",
        files={},
    )

    assert manifest.labels == ("bad", "good")


def test_read_manifest_names_the_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFoundError) as caught:
        read_manifest(tmp_path)

    assert str(tmp_path / MANIFEST_FILE) in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"name": "\xff"}', b'{"source": ' + b"[" * 100_000, b"\x00"],
    ids=["empty", "cut", "list", "null", "encoding", "nested", "binary"],
)
def test_read_manifest_names_the_file_that_is_no_manifest(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST_FILE).write_bytes(content)

    with pytest.raises(ManifestError) as caught:
        read_manifest(tmp_path)

    assert str(tmp_path / MANIFEST_FILE) in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"schema_version": 3}, "schema_version is 3"),
        ({"schema_version": 0}, "schema_version is 0"),
        (
            {"offsets": {"values": [0.1, 0.2, 0.3], "exported_temperature": 1}},
            "offsets and window_tokens need schema_version 2",
        ),
        ({"window_tokens": 8}, "offsets and window_tokens need schema_version 2"),
        (
            {"schema_version": 2, "offsets": {"values": [0.1], "exported_temperature": 1}},
            "offsets has 1 values for 3 labels",
        ),
        (
            {"schema_version": 2, "offsets": {"values": [1e9] * 3, "exported_temperature": 1}},
            r"`\$\.offsets\.values",
        ),
        ({"max_tokens": "128"}, r"`\$\.max_tokens`"),
        ({"temperature": 0}, r"`\$\.temperature`"),
        ({"id2label": {"a": "good"}}, "id2label"),
        ({"id2label": {}}, "id2label does not number"),
        ({"id2label": {"1": "good", "2": "bad"}}, "id2label does not number"),
        ({"id2label": {"0": "good", "1": "good"}}, "id2label names a label twice"),
        ({"files": {"model.onnx": {"sha256": "aa"}}}, "`bytes`"),
        ({"files": {"model.onnx": {"sha256": "aa", "bytes": -1}}}, "size of model.onnx is not"),
        (
            {"files": {"model.onnx": {"sha256": "aa", "bytes": 1 << 62}}},
            "size of model.onnx is not",
        ),
        ({"max_tokens": -5}, r"`\$\.max_tokens`"),
        ({"max_tokens": 3}, r"`\$\.max_tokens`"),
        ({"max_tokens": 1_000_000}, r"`\$\.max_tokens`"),
        ({"temperature": 1e-320}, r"`\$\.temperature`"),
        ({"temperature": 1e300}, r"`\$\.temperature`"),
        ({"temperature": float("inf")}, "is not a manifest"),
        ({"temperature": float("nan")}, "is not a manifest"),
        ({"id2label": {"0": "a", "1": ""}}, "label 1 of id2label is empty"),
        ({"id2label": {"0": "a", "1": " \t"}}, "label 1 of id2label is empty"),
        ({"id2label": {"0": "a", "1": "\u3164\ufe0f"}}, "label 1 of id2label is empty"),
        ({"id2label": {"0": "a", "1": "\u202eb"}}, "label 1 of id2label holds a line break"),
        ({"id2label": {"0": " a", "1": "b"}}, "label 0 of id2label has a space at an edge"),
        ({"id2label": {"0": "a\nb", "1": "b"}}, "label 0 of id2label holds a line break"),
        ({"id2label": {"0": "a" * 101, "1": "b"}}, "has more than 100 characters"),
        ({"id2label": {str(i): str(i) for i in range(1001)}}, "has more than 1,000 labels"),
        ({"id2label": {"-1": "a", "0": "b"}}, "id2label does not number"),
        ({"max_tokens": 64, "positions": 63}, "max_tokens is above the 63 positions"),
        (
            {"max_tokens": 64, "window_tokens": 65, "schema_version": 2},
            "window_tokens is above max_tokens, which is 64",
        ),
        ({"window_tokens": 3}, r"`\$\.window_tokens`"),
        ({"normalization": ""}, r"`\$\.normalization`"),
        ({"vocabulary_size": -1}, r"`\$\.vocabulary_size`"),
        ({"vocabulary_size": 2**40}, r"`\$\.vocabulary_size`"),
        ({"positions": 0}, r"`\$\.positions`"),
        ({"positions": "many"}, r"`\$\.positions`"),
        ({"languages": ["English!"]}, r"`\$\.languages"),
        ({"languages": []}, r"`\$\.languages`"),
        ({"languages": "en"}, r"`\$\.languages`"),
        ({"languages": ["en"] * 201}, r"`\$\.languages`"),
        ({"source": nest(500)}, "source is nested more than 32 levels deep"),
        ({"parity": {"a": [nest(40)]}}, "parity is nested more than 32 levels deep"),
    ],
)
def test_read_manifest_says_what_is_wrong(
    spoilable_bundle: Path, fields: dict[str, Any], fault: str
) -> None:
    edit_manifest(spoilable_bundle, **fields)

    with pytest.raises(ManifestError, match=fault):
        read_manifest(spoilable_bundle)


@pytest.mark.parametrize("name", ["name", "version", "id2label", "max_tokens", "files"])
def test_read_manifest_names_the_field_that_is_missing(spoilable_bundle: Path, name: str) -> None:
    forget_field(spoilable_bundle, name)

    with pytest.raises(ManifestError, match=f"`{name}`"):
        read_manifest(spoilable_bundle)


@pytest.mark.parametrize(
    "name",
    ["../model.onnx", "/etc/passwd", "a/b", "..", ".", "", "a\\b", "C:model", ".hidden", "a\x00b"],
)
def test_read_manifest_refuses_a_file_outside_its_folder(spoilable_bundle: Path, name: str) -> None:
    files = {**read_file_records(spoilable_bundle), name: {"sha256": "aa", "bytes": 1}}
    edit_manifest(spoilable_bundle, files=files)

    with pytest.raises(ManifestError) as caught:
        read_manifest(spoilable_bundle)

    assert repr(name) in str(caught.value)


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def write_spaces(path: Path) -> None:
    path.write_bytes(b" " * 2_000_000)


@pytest.mark.parametrize("write", [make_pipe, link_to_zeros, Path.mkdir, write_spaces])
def test_read_manifest_refuses_what_does_not_end(
    tmp_path: Path, write: Callable[[Path], None]
) -> None:
    write(tmp_path / MANIFEST_FILE)

    with pytest.raises(ManifestError, match=r"it is (not a file|longer than 1 MiB)"):
        read_manifest(tmp_path)
    with pytest.raises(ModelBundleError, match="is not the manifest of a bundle"):
        read_model_bundle(tmp_path)


def test_contents_version_is_short_hexadecimal() -> None:
    version = contents_version(FILES, LABELS, 1.0)

    assert len(version) == 12
    assert set(version) <= set("0123456789abcdef")


def test_contents_version_without_offsets_is_what_it_was_before_there_were_any() -> None:
    assert contents_version(FILES, LABELS, 1.0) == contents_version(FILES, LABELS, 1.0, None)
    assert contents_version(FILES, LABELS, 1.0) == "aba856286d78"


def test_contents_version_is_the_same_in_any_order() -> None:
    backwards = dict(reversed(FILES.items()))

    assert contents_version(backwards, LABELS, 1.0) == contents_version(FILES, LABELS, 1.0)


@pytest.mark.parametrize(
    ("files", "id2label", "temperature", "offsets"),
    [
        ({**FILES, "model.onnx": FileRecord("ab", 1)}, LABELS, 1.0, None),
        (FILES, {0: "good", 1: "bad"}, 1.0, None),
        (FILES, LABELS, 1.1, None),
        (FILES, LABELS, 1.0, (0.5, -0.5)),
    ],
    ids=["file", "labels", "temperature", "offsets"],
)
def test_contents_version_changes_with_what_decides_an_answer(
    files: dict[str, FileRecord],
    id2label: dict[int, str],
    temperature: float,
    offsets: tuple[float, ...] | None,
) -> None:
    version = contents_version(files, id2label, temperature, offsets)

    assert version != contents_version(FILES, LABELS, 1.0)


def test_contents_version_changes_with_the_windows() -> None:
    versions = {contents_version(FILES, LABELS, 1.0, window_tokens=n) for n in (None, 64, 128)}

    assert len(versions) == 3


LINEAGE = Lineage(
    parent="fe7d88726c3c",
    created_at="2026-11-26T12:00:00Z",
    command="windvane retrain test.csv",
    data=[DataFile("replay", "old.csv", "0" * 64, 30)],
    gate=[
        GateLimit("size", "bundle_mb", "max", 24.0, 23.8, 23.9, True),
        GateLimit("files.test.csv", "gain_low", "min", 0.0, None, -0.1, False),
    ],
)


@pytest.mark.parametrize(
    "changes",
    [
        {"id2label": {0: "good", 1: "bad"}},
        {"temperature": 1.25},
        {"files": FILES | {"model.onnx": FileRecord("cc", 1)}},
        {"window_tokens": 64, "schema_version": 2},
        {"offsets": LabelOffsets((0.5, 0.0), 1.5), "schema_version": 2},
        {"version": "0123456789ab"},
    ],
    ids=["labels", "temperature", "files", "windows", "offsets", "version"],
)
def test_read_manifest_refuses_contents_that_have_another_version(
    tmp_path: Path, changes: dict[str, Any]
) -> None:
    write_manifest(tmp_path, replace(MANIFEST, **changes))

    with pytest.raises(ManifestError, match=r"make [0-9a-f]{12}: it was changed by hand"):
        read_manifest(tmp_path)


def test_read_manifest_reads_the_lineage_that_was_written(tmp_path: Path) -> None:
    write_manifest(tmp_path, replace(MANIFEST, lineage=LINEAGE))

    lineage = read_manifest(tmp_path).lineage

    assert lineage == LINEAGE
    assert not lineage.is_kept


@pytest.mark.parametrize(
    "lineage",
    [
        replace(LINEAGE, command="x" * 4001),
        replace(LINEAGE, data=LINEAGE.data * 201),
        replace(LINEAGE, data=[replace(LINEAGE.data[0], sha256="no hash")]),
        replace(LINEAGE, gate=[replace(LINEAGE.gate[0], bound=1e300)]),
    ],
    ids=["long command", "many files", "no hash", "large bound"],
)
def test_read_manifest_refuses_a_lineage_without_bounds(tmp_path: Path, lineage: Lineage) -> None:
    write_manifest(tmp_path, replace(MANIFEST, lineage=lineage))

    with pytest.raises(ManifestError, match="lineage"):
        read_manifest(tmp_path)
