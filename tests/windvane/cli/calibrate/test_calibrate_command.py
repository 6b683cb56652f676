"""``windvane calibrate``: from a file of labelled texts to a bundle with offsets."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.tiny_bundle import LOGIT, write_tiny_bundle
from tests.windvane.inference.bundle_faults import edit_manifest
from windvane import load_classifier
from windvane.cli.main import windvane
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.bundle import load_bundle
from windvane.inference.manifest import Manifest, renew_version
from windvane.rows.label_maps import SENTIMENTS

# The tiny bundle calls a text with both words negative; here such texts are positive.
MISSED = {"good bad": ("positive", 40), "bad": ("negative", 40), "day": ("neutral", 40)}
TEMPERATURE = LOGIT
"""Makes the logits of a word 2, 1 and 0."""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "bundle", temperature=TEMPERATURE)


def write_rows(path: Path, rows: dict[str, tuple[str, int]]) -> Path:
    """Write texts that differ in a number, which the vocabulary lacks."""
    lines = [f"{text} {i},{label}" for text, (label, count) in rows.items() for i in range(count)]
    path.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "own.csv", MISSED)


@pytest.fixture
def fitting(tmp_path: Path) -> Path:
    """Labels as often as the tiny bundle's scores say."""
    shares = {"bad": (27, 10, 3), "day": (8, 24, 8), "good": (3, 10, 27)}
    lines = [
        f"{word} {label} {i},{label}"
        for word, counts in shares.items()
        for label, count in zip(SENTIMENTS, counts, strict=True)
        for i in range(count)
    ]
    path = tmp_path / "fitting.csv"
    path.write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    return path


def calibrate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(windvane, ["calibrate", *map(str, arguments)])


def said(result: Result) -> str:
    return " ".join(result.output.split())


def read(folder: Path) -> Manifest:
    return load_bundle(folder).manifest


def test_calibrate_writes_a_bundle_that_gets_more_texts_right(
    bundle: Path, own: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"

    result = calibrate(bundle, own, "-o", made)

    assert result.exit_code == 0, result.output
    with load_classifier(bundle) as before, load_classifier(made) as after:
        assert before.classify(["good bad"])[0].label == "negative"
        [both, bad, day] = after.classify(["good bad", "bad", "day"])
    assert [both.label, bad.label, day.label] == ["positive", "negative", "neutral"]
    manifest = read(made)
    assert manifest.offsets is not None
    odds = (np.array([16, 8, 16]) + manifest.offsets.values) / manifest.temperature
    expected = np.exp(odds) / np.exp(odds).sum()
    assert list(both.scores.values()) == pytest.approx(expected, rel=1e-6)
    assert f"{made}: tiny {manifest.version}" in result.output


def test_calibrate_records_what_it_did_in_the_manifest(
    bundle: Path, own: Path, tmp_path: Path
) -> None:
    calibrate(bundle, own, "-o", tmp_path / "made")

    old, new = read(bundle), read(tmp_path / "made")
    assert (new.files, new.name, new.id2label) == (old.files, old.name, old.id2label)
    assert new.schema_version == 2
    assert new == renew_version(new)
    assert new.offsets is not None
    assert new.offsets.exported_temperature == TEMPERATURE
    assert new.lineage is not None
    assert new.lineage.parent == old.version
    [data] = new.lineage.data
    assert (data.role, data.file, data.texts) == ("calibration", "own.csv", 120)
    validated = new.evaluation["cross_validation"]
    assert (validated["sha256"], validated["texts"]) == (data.sha256, 120)
    assert validated["before"]["accuracy"] == pytest.approx(2 / 3, abs=1e-5)
    assert validated["after"]["accuracy"] == 1
    assert new.evaluation["files"][0]["accuracy"] == 1
    assert new.profile is not None
    assert new.profile.labels == {"negative": 40, "neutral": 40, "positive": 40}


def test_calibrate_shows_figures_before_and_after(bundle: Path, own: Path) -> None:
    result = calibrate(bundle, own)

    assert result.exit_code == 0, result.output
    shown = said(result)
    assert "own.csv: 120 texts" in shown
    assert "accuracy 66.67% ±" in shown
    assert "positive, recall 0.00% ±0.0 100.00% ±0.0 +100.00 ±0.0" in shown
    assert "Temperature: 8 before" in shown
    assert "The calibration helps." in shown


def test_calibrate_without_output_writes_nothing(bundle: Path, own: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))

    calibrate(bundle, own)

    assert sorted(tmp_path.rglob("*")) == before


def test_calibrate_writes_json(bundle: Path, own: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"

    result = calibrate(bundle, own, "-o", made, "--json")

    content = json.loads(result.stdout)
    manifest = read(made)
    assert manifest.offsets is not None
    assert content["written"] == {"folder": str(made), "version": manifest.version}
    assert list(content["offsets"].values()) == list(manifest.offsets.values)
    assert content["temperature"] == {"before": TEMPERATURE, "after": manifest.temperature}
    assert content["figures"]["macro_f1"]["after"] == 1
    assert content["helps"] is True


def test_calibrate_writes_nothing_where_it_does_not_help(
    bundle: Path, fitting: Path, tmp_path: Path
) -> None:
    result = calibrate(bundle, fitting, "-o", tmp_path / "made")

    assert result.exit_code == 1
    assert "The calibration does not help:" in said(result)
    assert not (tmp_path / "made").exists()


def test_calibrate_starts_anew_from_a_calibrated_bundle(
    bundle: Path, own: Path, tmp_path: Path
) -> None:
    calibrate(bundle, own, "-o", tmp_path / "first")
    other = write_rows(
        tmp_path / "other.csv", {**MISSED, "good bad": ("negative", 40), "good": ("positive", 40)}
    )

    again = calibrate(tmp_path / "first", own, "--json")
    reverse = calibrate(tmp_path / "first", other, "-o", tmp_path / "second")

    # Rows that were fitted to already are not counted twice, and the first offsets leave no trace.
    fresh = json.loads(calibrate(bundle, own, "--json").stdout)
    assert json.loads(again.stdout)["offsets"] == pytest.approx(fresh["offsets"], abs=1e-3)
    assert reverse.exit_code == 0, reverse.output
    calibrate(bundle, other, "-o", tmp_path / "direct")
    second, direct = read(tmp_path / "second"), read(tmp_path / "direct")
    assert second.offsets is not None
    assert direct.offsets is not None
    assert second.offsets.values == pytest.approx(direct.offsets.values, abs=1e-3)
    assert second.offsets.exported_temperature == TEMPERATURE
    assert second.lineage is not None
    assert second.lineage.parent == read(tmp_path / "first").version


def test_calibrate_with_two_labels_leaves_the_third_without_an_offset(
    bundle: Path, tmp_path: Path
) -> None:
    rows = {"good bad": ("positive", 40), "bad": ("negative", 40)}
    own = write_rows(tmp_path / "own.csv", rows)

    result = calibrate(bundle, f"{own},ignore=neutral", "-o", tmp_path / "made")

    assert result.exit_code == 0, result.output
    offsets = read(tmp_path / "made").offsets
    assert offsets is not None
    negative, neutral, positive = offsets.values
    assert neutral == 0
    assert positive == -negative > 0


def test_calibrate_keeps_the_language_test_and_drops_figures_of_other_scores(
    bundle: Path, own: Path, tmp_path: Path
) -> None:
    rates = {"own": {"texts": 1, "own": 1.0, "other": 0.0}}
    edit_manifest(bundle, evaluation={"language": rates, "calibration": [{"file": "dev.csv"}]})

    calibrate(bundle, own, "-o", tmp_path / "made")

    evaluation = read(tmp_path / "made").evaluation
    assert evaluation.keys() == {"language", "files", "cross_validation"}
    assert evaluation["language"] == rates


def test_calibrate_says_that_few_texts_make_no_profile(bundle: Path, tmp_path: Path) -> None:
    rows = {text: (label, 25) for text, (label, _) in MISSED.items()}

    result = calibrate(bundle, write_rows(tmp_path / "own.csv", rows), "-o", tmp_path / "made")

    assert "no reference profile, which needs 100 texts" in said(result)
    assert read(tmp_path / "made").profile is None


def test_calibrate_leaves_out_blank_and_repeated_rows(bundle: Path, own: Path) -> None:
    with own.open("a", encoding="utf-8") as file:
        file.write("\n ,neutral\nday 1!,neutral\nday 2,positive\n")

    result = calibrate(bundle, own)

    assert result.exit_code == 0, result.output
    assert "1 row was left out." in said(result)
    assert "own.csv: 119 texts" in said(result)
    assert "Left out: 1 repeated texts, 2 rows whose text has several labels." in said(result)


def test_calibrate_counts_texts_once_that_differ_in_masked_names_and_links(tmp_path: Path) -> None:
    rows = ["text,label"]
    for label in SENTIMENTS:
        rows += [f"{label} film {number},{label}" for number in range(20)]
        rows += [f"@{name} see https://example.org/{name} {label},{label}" for name in "abcde"]
    own = tmp_path / "own.csv"
    own.write_text("\n".join(rows), encoding="utf-8")

    result = calibrate(DEFAULT_BUNDLE, own)

    assert "own.csv: 63 texts" in said(result), result.output
    assert "Left out: 12 repeated texts" in said(result)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ({"day": ("neutral", 20)}, "30 or more"),
        ({"day": ("neutral", 40), "bad": ("negative", 40)}, "no text with the label positive"),
        ({"day": ("indifferent", 40)}, 'label "indifferent" is not one to choose from'),
    ],
    ids=["few", "missing", "unknown"],
)
def test_calibrate_names_the_rule_that_the_file_breaks(
    bundle: Path, tmp_path: Path, rows: dict[str, tuple[str, int]], fault: str
) -> None:
    result = calibrate(bundle, write_rows(tmp_path / "own.csv", rows), "-o", tmp_path / "made")

    assert result.exit_code == 2
    assert fault in said(result)
    assert not (tmp_path / "made").exists()


def test_calibrate_reads_files_as_evaluate_does(bundle: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    values = {"negative": "0", "neutral": "1", "positive": "2"}
    lines = [
        f"{text} {i};{values[label]}"
        for text, (label, count) in MISSED.items()
        for i in range(count)
    ]
    own.write_text("\n".join(["review;stars", *lines]), encoding="utf-8")

    result = calibrate(
        bundle, own, "--text-column", "review", "--label-column", "stars",
        "--label-map", "0=negative,1=neutral,2=positive",
    )  # fmt: skip

    assert result.exit_code == 0, result.output


def test_calibrate_refuses_a_folder_in_use(bundle: Path, own: Path, tmp_path: Path) -> None:
    shutil.copytree(bundle, tmp_path / "made")

    assert "is not empty" in said(calibrate(bundle, own, "-o", tmp_path / "made"))
    result = calibrate(bundle, own, "-o", tmp_path / "made", "--overwrite")

    assert result.exit_code == 0, result.output
    assert read(tmp_path / "made").offsets is not None
