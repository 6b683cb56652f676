"""The bundles that the rehearsal deploys after the first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.model_bundle import read_model_bundle
from tests.rehearsal.other_bundles import (
    copy_challenger,
    write_broken_bundle,
    write_challenger,
    write_second_bundle,
)


@pytest.mark.parametrize("write", [write_second_bundle, write_broken_bundle, write_challenger])
def test_other_bundle_is_sound_and_has_another_version(
    write: Callable[[Path, Path], None], tiny_bundle: Path, tmp_path: Path
) -> None:
    write(tiny_bundle, tmp_path / "other")

    first, other = read_model_bundle(tiny_bundle), read_model_bundle(tmp_path / "other")
    assert first.version != other.version
    assert first.files == other.files


def test_broken_bundle_has_the_labels_in_the_opposite_order(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    write_broken_bundle(tiny_bundle, tmp_path / "broken")

    broken = read_model_bundle(tmp_path / "broken")
    assert broken.labels == read_model_bundle(tiny_bundle).labels[::-1]


def test_challenger_is_copied_as_it_is_beside_the_known_texts_of_the_first(
    tiny_bundle: Path, shipped_bundle: Path, tmp_path: Path
) -> None:
    copy_challenger(tiny_bundle, shipped_bundle, tmp_path / "bundles" / "second")

    copied = read_model_bundle(tmp_path / "bundles" / "second")
    assert copied.version == read_model_bundle(tiny_bundle).version
    known_texts = shipped_bundle.parent / "known_texts.jsonl"
    assert (tmp_path / "bundles" / known_texts.name).read_bytes() == known_texts.read_bytes()
