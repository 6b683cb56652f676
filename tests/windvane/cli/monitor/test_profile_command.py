"""`windvane monitor profile` writes into the manifest of a bundle."""

import json
import shutil
from pathlib import Path

import pytest

from tests.windvane.cli.monitor.conftest import Run
from windvane.inference.bundle import load_bundle
from windvane.inference.bundle_files import sha256_of
from windvane.inference.manifest import read_manifest


@pytest.fixture
def bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "plain"
    shutil.copytree(tiny_bundle, folder)
    return folder


@pytest.fixture
def held_out(tmp_path: Path) -> Path:
    """250 texts, of which every second is positive, and a row that is none."""
    rows = [
        {"review": ("good " if i % 2 else "new ") * (1 + i % 5), "label": "any"} for i in range(250)
    ]
    file = tmp_path / "held-out.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"review": " "}]), "utf-8")
    return file


def test_profile_is_written_and_changes_nothing_else(
    run: Run, bundle: Path, held_out: Path
) -> None:
    before = read_manifest(bundle)

    done = run("profile", bundle, held_out, "--text-column", "review")

    manifest = load_bundle(bundle).manifest
    profile = manifest.profile
    assert profile is not None
    assert (done.exit_code, manifest.version) == (0, before.version)
    assert "profile of 250 texts written" in done.output
    assert profile.labels == {"negative": 0, "neutral": 125, "positive": 125}
    assert sum(profile.unknown_share.counts[1:]) == 125  # the tiny vocabulary lacks "new"
    [source] = profile.sources
    assert (source.file, source.sha256) == ("held-out.jsonl", sha256_of(held_out))
    assert (source.texts, source.part) == (250, None)


def test_profile_of_a_part_has_the_other_part_left_out(
    run: Run, bundle: Path, held_out: Path
) -> None:
    run("profile", bundle, held_out, "--text-column", "review", "--part", "2/2")

    profile = read_manifest(bundle).profile
    assert profile is not None
    assert profile.labels == {"negative": 0, "neutral": 0, "positive": 125}
    assert profile.sources[0].part == "2/2"


@pytest.mark.parametrize("part", ["0/2", "3/2", "2", "x/2", "1/0"])
def test_profile_refuses_a_part_that_is_none(
    run: Run, bundle: Path, held_out: Path, part: str
) -> None:
    done = run("profile", bundle, held_out, "--part", part)

    assert (done.exit_code, "must be K/N" in done.stderr) == (2, True)


def test_profile_refuses_too_few_texts(run: Run, bundle: Path, held_out: Path) -> None:
    done = run("profile", bundle, held_out, "--text-column", "review", "--part", "1/3")

    assert done.exit_code == 2
    assert "needs 100 texts or more, and there are 84" in done.stderr
    assert read_manifest(bundle).profile is None


def test_profile_refuses_what_is_no_folder(run: Run, held_out: Path) -> None:
    done = run("profile", "s3://bucket/bundles/1/", held_out)

    assert (done.exit_code, "There is no folder" in done.stderr) == (2, True)
