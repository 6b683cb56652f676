"""Bundles read from a folder, and what is refused."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.windvane.inference.bundle_faults import (
    cut_short,
    edit_manifest,
    flip_last_bit,
    read_file_records,
)
from windvane.facts import MANIFEST_FILE
from windvane.inference.bundle import load_bundle
from windvane.inference.bundle_files import MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE, sha256_of
from windvane.inference.errors import BundleCorruptError, BundleNotFoundError, ManifestError


def test_load_bundle_knows_where_its_files_are(tiny_bundle: Path) -> None:
    bundle = load_bundle(tiny_bundle)

    assert bundle.folder == tiny_bundle
    assert bundle.model_path == tiny_bundle / MODEL_FILE
    assert bundle.tokenizer_path == tiny_bundle / TOKENIZER_FILE
    assert bundle.manifest.name == "tiny"


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE, MANIFEST_FILE])
def test_load_bundle_names_the_file_that_is_missing(spoilable_bundle: Path, name: str) -> None:
    (spoilable_bundle / name).unlink()

    with pytest.raises(BundleNotFoundError) as caught:
        load_bundle(spoilable_bundle)

    assert str(spoilable_bundle / name) in str(caught.value)


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
@pytest.mark.parametrize("spoil", [flip_last_bit, cut_short])
def test_load_bundle_names_the_file_that_was_changed(
    spoilable_bundle: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    spoil(spoilable_bundle / name)

    with pytest.raises(BundleCorruptError) as caught:
        load_bundle(spoilable_bundle)

    assert str(spoilable_bundle / name) in str(caught.value)


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
def test_load_bundle_refuses_a_manifest_that_leaves_a_file_out(
    spoilable_bundle: Path, name: str
) -> None:
    files = read_file_records(spoilable_bundle)
    del files[name]
    edit_manifest(spoilable_bundle, files=files)

    with pytest.raises(ManifestError, match=f"does not list {name}"):
        load_bundle(spoilable_bundle)


def test_load_bundle_refuses_weights_that_the_manifest_leaves_out(spoilable_bundle: Path) -> None:
    (spoilable_bundle / WEIGHTS_FILE).touch()

    with pytest.raises(ManifestError, match=f"does not list {WEIGHTS_FILE}"):
        load_bundle(spoilable_bundle)


def test_load_bundle_lets_other_files_lie_beside_its_own(spoilable_bundle: Path) -> None:
    (spoilable_bundle / "README.md").touch()

    assert load_bundle(spoilable_bundle).folder == spoilable_bundle


def test_sha256_of_is_that_of_the_content(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"abc" * 1_000_000)

    assert sha256_of(file) == hashlib.sha256(b"abc" * 1_000_000).hexdigest()
