"""``windvane retrain``: from corrections to a challenger, a page and an exit code."""

import json
import shutil
from pathlib import Path

import pytest

from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from tests.windvane.cli.retrain.conftest import Retrain, easy_rows, write_rows
from tests.windvane.inference.bundle_faults import edit_manifest
from windvane.inference.bundle import load_bundle
from windvane.inference.manifest import read_manifest


def test_retrain_makes_a_challenger_with_its_page_and_lineage(
    retrain: Retrain, tiny_champion: Path
) -> None:
    result = retrain()

    assert result.exit_code == 0, result.output
    assert "The challenger keeps all 2 limits of gate.toml." in result.stdout
    made = {path.name for path in Path("out").iterdir()}
    assert {"checkpoint", "bundle", "report.html", "report.md", "gate.json"} <= made
    champion = read_manifest(tiny_champion / "bundle")
    manifest = load_bundle(Path("out/bundle")).manifest
    assert (manifest.name, manifest.quantization, manifest.languages) == ("tiny", "fp32", ["en"])
    assert manifest.source["licence"] == "MIT"
    assert (manifest.normalization, manifest.window_tokens) == ("social", 64)
    record = json.loads(Path("out/checkpoint/training.json").read_text(encoding="utf-8"))
    assert record["normalization"] == "social"
    assert manifest.version != champion.version
    assert manifest.evaluation["files"][0]["file"] == "test.jsonl"
    lineage = manifest.lineage
    assert lineage
    assert lineage.parent == champion.version
    assert lineage.is_kept
    roles = {(each.role, each.file) for each in lineage.data}
    assert {("replay", "replay.jsonl"), ("evaluation", "test.jsonl")} <= roles
    content = json.loads(Path("out/gate.json").read_text(encoding="utf-8"))
    assert content["kept"] is True
    assert content["lineage"]["parent"] == champion.version


@pytest.mark.parametrize(("texts", "is_kept"), [(49, True), (50, False)])
def test_retrain_of_few_dev_texts_keeps_the_temperature_of_the_champion(
    retrain: Retrain, tiny_champion: Path, texts: int, is_kept: bool
) -> None:
    rows = [row for i in range(2) for row in easy_rows(f"(dev {i})")][:texts]
    write_rows(Path("dev.jsonl"), rows)
    champion = Path(shutil.copytree(tiny_champion, "calibrated"), "bundle")
    exported = read_manifest(champion).temperature
    offsets = {"values": [0.5, -0.5, 0.0], "exported_temperature": exported}
    edit_manifest(champion, offsets=offsets, schema_version=2, temperature=3)

    result = retrain("--dev", "dev.jsonl", "--champion", str(champion))

    assert result.exit_code == 0, result.output
    made = read_manifest(Path("out/bundle"))
    assert (made.temperature == exported) is is_kept
    assert ("keeps the champion's temperature" in result.stderr) is is_kept
    assert made.offsets is None
    assert "The champion is calibrated, and the new bundle is not" in result.stderr


def test_retrain_page_holds_no_text(retrain: Retrain) -> None:
    retrain()

    for name in ("report.html", "report.md", "gate.json"):
        page = Path("out", name).read_text(encoding="utf-8")
        assert "coffee" not in page
        assert "corrections" in page


def test_retrain_ends_with_1_if_the_gate_is_broken(retrain: Retrain) -> None:
    Path("gate.toml").write_text("[every]\naccuracy = { min = 1, max_drop = 0 }\n[size]\n")

    result = retrain("--learning-rate", "1e-9")

    assert result.exit_code == 1, result.output
    manifest = read_manifest(Path("out/bundle"))
    assert manifest.lineage
    assert not manifest.lineage.is_kept
    assert "breaks" in Path("out/report.md").read_text(encoding="utf-8")
    assert "make deploy" not in result.output


def test_retrain_learns_and_measures_different_corrections(retrain: Retrain) -> None:
    result = retrain()

    assert result.exit_code == 0, result.output
    learned, held_out = (
        {json.loads(line)["text"] for line in Path("out", name).read_text().splitlines()}
        for name in ("corrections.jsonl", "held-out-corrections.jsonl")
    )
    assert len(learned) + len(held_out) == 30
    assert not learned & held_out
    assert Path("out/corrections.jsonl").stat().st_mode & 0o077 == 0
    record = json.loads(Path("out/checkpoint/training.json").read_text(encoding="utf-8"))
    [name] = record["corrections"]
    [corrections] = [data for data in record["data"] if data["file"] == name]
    assert (corrections["texts"], corrections["weight"]) == (len(learned), 4.0)
    assert len(record["teachers"]) == 1  # the champion


def test_retrain_goes_on_with_what_is_there(
    retrain: Retrain, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = retrain()
    made = Path("out/bundle/model.onnx").stat().st_mtime_ns
    Path("out/gate.json").unlink()

    again = retrain()

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert Path("out/bundle/model.onnx").stat().st_mtime_ns == made
    assert Path("out/gate.json").exists()


def test_retrain_goes_on_after_a_kill_with_the_same_corrections(
    retrain: Retrain, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("windvane.training.saving.write_record", stop)
        stopped = retrain()
    before = Path("out/corrections.jsonl").read_bytes()
    again = retrain()

    assert stopped.exit_code == 130
    assert "The same command continues from the last evaluation." in stopped.stderr
    assert again.exit_code == 0, again.output
    assert Path("out/corrections.jsonl").read_bytes() == before


def test_retrain_refuses_a_folder_of_another_run(retrain: Retrain) -> None:
    retrain()

    other = retrain("--epochs", "2")
    replaced = retrain("--epochs", "2", "--overwrite")

    assert other.exit_code == 2
    assert "out holds a retraining with other options or data" in other.stderr
    assert replaced.exit_code == 0, replaced.output


def test_retrain_leaves_a_folder_in_use_as_it_is(retrain: Retrain) -> None:
    Path("out").mkdir()
    Path("out/mine.txt").touch()

    result = retrain("--overwrite")

    assert result.exit_code == 2
    assert "out is not empty and holds no retraining to continue" in result.stderr
    assert [path.name for path in Path("out").iterdir()] == ["mine.txt"]


def test_retrain_leaves_frozen_texts_out_of_what_is_replayed(retrain: Retrain) -> None:
    write_rows(Path("replay.jsonl"), [*easy_rows("(old)"), *easy_rows("(frozen)")])

    result = retrain()

    assert result.exit_code == 0, result.output
    lineage = read_manifest(Path("out/bundle")).lineage
    assert lineage
    replayed = [each.texts for each in lineage.data if each.role in ("replay", "dev")]
    assert sum(replayed) == 30


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        ({"gate.toml": "[evry]\n"}, 'there is no table "evry"'),
        ({"gate.toml": "[every]\nacc = { min = 1 }"}, 'there is no metric "acc"'),
        ({"corrections.jsonl": '{"text": "a", "label": "sad"}\n'}, 'has the label "sad", which'),
        ({"corrections.jsonl": '{"text": "a", "label": "neutral"}\n'}, "1 of 1 corrections can be"),
        ({"replay.jsonl": '{"text": "a", "label": "sad"}\n'}, 'the label "sad" is not one to'),
        ({"test.jsonl": ""}, "test.jsonl"),
    ],
)
def test_retrain_that_makes_no_sense_ends_with_2(
    retrain: Retrain, prepare: dict[str, str], message: str
) -> None:
    for name, content in prepare.items():
        Path(name).write_text(content, encoding="utf-8")

    result = retrain()

    assert result.exit_code == 2
    assert message in result.stderr
    assert not Path("out/checkpoint").exists()


def test_retrain_refuses_a_checkpoint_of_other_labels(retrain: Retrain, tmp_path: Path) -> None:
    other = write_tiny_checkpoint("bert", tmp_path / "other", num_labels=2)

    result = retrain("--checkpoint", str(other))

    assert result.exit_code == 2
    assert "The challenger has other labels (negative, positive) than the champion" in result.stderr
    assert not Path("out").exists()


def test_retrain_says_that_there_is_no_checkpoint(retrain: Retrain) -> None:
    result = retrain("--checkpoint", "none")

    assert result.exit_code == 2
    assert "There is no checkpoint in none; name the one" in result.stderr
