"""The bundles that the rehearsal deploys after the first."""

from collections.abc import Callable
from pathlib import Path

import pytest

from infra.model_bundle import read_model_bundle
from tests.rehearsal.other_bundles import write_broken_bundle, write_second_bundle


@pytest.mark.parametrize("write", [write_second_bundle, write_broken_bundle])
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
