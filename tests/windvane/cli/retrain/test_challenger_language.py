"""The language test of a challenger."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from tests.tiny_bundle import VOCABULARY, write_tiny_bundle
from windvane.cli.retrain.challenger_language import copy_language_test
from windvane.cli.retrain.retrain_folder import RetrainFolder
from windvane.inference.bundle import Bundle, load_bundle
from windvane.inference.bundle_files import LANGUAGE_FILE, TOKENIZER_FILE, FileRecord, sha256_of
from windvane.inference.language import write_weights
from windvane.inference.manifest import read_manifest, renew_version, write_manifest
from windvane.training.language_bundle import describe_language_test

RATES = {"own": {"texts": 10}}


@pytest.fixture
def champion(tmp_path: Path) -> Bundle:
    """The tiny bundle with a language test."""
    folder = write_tiny_bundle(tmp_path / "champion")
    write_weights(folder / LANGUAGE_FILE, np.ones(len(VOCABULARY)))
    manifest = replace(read_manifest(folder), vocabulary_size=len(VOCABULARY))
    write_manifest(folder, describe_language_test(manifest, folder / LANGUAGE_FILE, "en", RATES))
    return load_bundle(folder)


@pytest.fixture
def folder(tmp_path: Path) -> RetrainFolder:
    """A challenger of the same tokenizer."""
    made = RetrainFolder(tmp_path / "out")
    write_tiny_bundle(made.bundle, temperature=2)
    manifest = read_manifest(made.bundle)
    write_manifest(made.bundle, replace(manifest, vocabulary_size=len(VOCABULARY)))
    return made


def test_language_test_is_copied_and_changes_the_version(
    champion: Bundle, folder: RetrainFolder
) -> None:
    before = read_manifest(folder.bundle)

    copy_language_test(champion, folder)
    copied = load_bundle(folder.bundle)
    copy_language_test(champion, folder)

    assert copied.language_path
    assert copied.manifest.files[LANGUAGE_FILE] == champion.manifest.files[LANGUAGE_FILE]
    assert copied.manifest.languages == ["en"]
    assert copied.manifest.evaluation["language"] == RATES
    assert copied.manifest.version != before.version
    assert read_manifest(folder.bundle) == copied.manifest


def test_language_test_is_not_copied_to_another_tokenizer(
    champion: Bundle, folder: RetrainFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder.bundle / TOKENIZER_FILE
    path.write_bytes(path.read_bytes() + b"\n")
    manifest = read_manifest(folder.bundle)
    record = FileRecord(sha256_of(path), path.stat().st_size)
    changed = replace(manifest, files={**manifest.files, TOKENIZER_FILE: record})
    write_manifest(folder.bundle, renew_version(changed))

    copy_language_test(champion, folder)

    assert load_bundle(folder.bundle).language_path is None
    assert "`windvane language` adds one" in capsys.readouterr().err


def test_champion_without_a_language_test_gives_none(
    tiny_bundle: Path, folder: RetrainFolder, tmp_path: Path
) -> None:
    shutil.copytree(tiny_bundle, tmp_path / "plain")

    copy_language_test(load_bundle(tmp_path / "plain"), folder)

    assert load_bundle(folder.bundle).language_path is None
