"""The bundle of the second release."""

from pathlib import Path

from infra.model_bundle import read_model_bundle
from tests.rehearsal.second_bundle import write_second_bundle


def test_second_bundle_is_sound_and_has_another_version(tiny_bundle: Path, tmp_path: Path) -> None:
    write_second_bundle(tiny_bundle, tmp_path / "second")

    first, second = read_model_bundle(tiny_bundle), read_model_bundle(tmp_path / "second")
    assert first.version != second.version
    assert first.files == second.files
