"""``windvane language``: from two files of texts to a bundle that tells its language."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from tests.tiny_bundle import VOCABULARY
from tests.windvane.inference.bundle_faults import edit_manifest
from windvane import load_classifier
from windvane.cli.main import windvane
from windvane.inference.bundle import load_bundle
from windvane.inference.bundle_files import LANGUAGE_FILE, MODEL_FILE
from windvane.inference.language import OTHER
from windvane.inference.manifest import ADJUSTED_SCHEMA_VERSION, renew_version

COUNT = 200


@pytest.fixture
def bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    """A bundle whose language has the word "good", and others "bad"."""
    copy = Path(shutil.copytree(tiny_bundle, tmp_path / "bundle"))
    edit_manifest(copy, vocabulary_size=len(VOCABULARY), languages=["en"])
    return copy


def write_texts(path: Path, word: str, count: int = COUNT) -> Path:
    """Write texts that differ in a number, which the vocabulary lacks."""
    rows = (json.dumps({"text": f"{word} {word} {word} {i}"}) for i in range(count))
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "own.jsonl", "good")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return write_texts(tmp_path / "other.jsonl", "bad")


def run(bundle: Path, own: Path, other: Path, *options: str | Path) -> Result:
    output = bundle.parent / "made"
    arguments = [bundle, "-o", output, "--texts", own, "--other-texts", other, *options]
    return CliRunner().invoke(windvane, ["language", *map(str, arguments)])


def test_language_writes_a_bundle_that_tells_its_language(
    bundle: Path, own: Path, other: Path
) -> None:
    result = run(bundle, own, other)

    assert result.exit_code == 0, result.output
    made, source = load_bundle(bundle.parent / "made"), load_bundle(bundle)
    assert made.manifest.version in result.output
    assert made.manifest.version != source.manifest.version
    assert made.model_path.read_bytes() == (bundle / MODEL_FILE).read_bytes()
    held_out = {"texts": COUNT // 10}
    assert made.manifest.evaluation["language"] == {
        "own": {**held_out, "own": 1.0, "other": 0.0},
        "other": {**held_out, "own": 0.0, "other": 1.0},
    }
    with load_classifier(made.folder) as classifier:
        found = classifier.classify(["good good good", "bad bad bad", "good"])
    assert [each.language for each in found] == ["en", OTHER, None]


def test_language_gives_the_same_bytes_each_time(bundle: Path, own: Path, other: Path) -> None:
    weights = []
    for _ in range(2):
        assert run(bundle, own, other, "--overwrite").exit_code == 0
        weights.append((bundle.parent / "made" / LANGUAGE_FILE).read_bytes())

    assert weights[0] == weights[1]


def test_language_of_a_bundle_that_has_a_test_is_replaced(
    bundle: Path, own: Path, other: Path
) -> None:
    run(bundle, own, other)
    first = bundle.parent / "first"
    (bundle.parent / "made").rename(first)

    result = run(first, own, other, "--language", "pt-BR")

    assert result.exit_code == 0, result.output
    assert load_bundle(bundle.parent / "made").manifest.languages == ["pt-BR"]


def test_language_keeps_the_offsets_of_a_calibrated_bundle(
    bundle: Path, own: Path, other: Path
) -> None:
    offsets = {"values": [0.5, 0.0, -0.5], "exported_temperature": 1.0}
    edit_manifest(bundle, offsets=offsets, schema_version=ADJUSTED_SCHEMA_VERSION)

    run(bundle, own, other)

    source, made = (load_bundle(path).manifest for path in (bundle, bundle.parent / "made"))
    assert made.offsets == source.offsets is not None
    assert made == renew_version(made)
    assert made.version != renew_version(replace(made, offsets=None)).version


@pytest.mark.parametrize("languages", [None, ["en", "de"]], ids=["none", "two"])
def test_language_asks_which_language_it_is(
    bundle: Path, own: Path, other: Path, languages: list[str] | None
) -> None:
    edit_manifest(bundle, languages=languages)

    result = run(bundle, own, other)

    assert result.exit_code == 2
    assert "Name one with --language." in result.output


def test_language_refuses_too_few_texts(bundle: Path, own: Path, tmp_path: Path) -> None:
    result = run(bundle, own, write_texts(tmp_path / "few.jsonl", "bad", 100))

    assert result.exit_code == 2
    assert "There are 90 texts of the other languages to fit to; 100 are the fewest." in (
        " ".join(result.output.split())
    )
    assert not (tmp_path / "made").exists()


def test_language_refuses_a_bundle_that_does_not_count_its_tokens(
    tiny_bundle: Path, own: Path, other: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(tiny_bundle, tmp_path / "older"))

    result = run(copy, own, other, "--language", "en")

    assert result.exit_code == 2
    assert "does not say how many tokens it knows" in " ".join(result.output.split())


def test_language_refuses_a_folder_in_use(bundle: Path, own: Path, other: Path) -> None:
    (bundle.parent / "made").mkdir()
    (bundle.parent / "made" / "notes.txt").touch()

    assert "is not empty" in run(bundle, own, other).output
    assert "is no file of a bundle" in run(bundle, own, other, "--overwrite").output


def test_language_refuses_what_is_no_tag(bundle: Path, own: Path, other: Path) -> None:
    result = run(bundle, own, other, "--language", "English!")

    assert result.exit_code == 2
    assert "write a language tag" in result.output
