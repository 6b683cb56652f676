"""``windvane average``: from two checkpoints to the mean of their weights."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from click.testing import CliRunner, Result
from safetensors.torch import load_file, save_file

from model_export.checkpoint import load_checkpoint
from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from windvane.cli.main import windvane

HEAD = "classifier.weight"
POSITIONS = "bert.embeddings.position_embeddings.weight"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_checkpoint("bert", tmp_path_factory.mktemp("base") / "tiny")


@pytest.fixture
def moved(base: Path, tmp_path: Path) -> Path:
    """The same checkpoint with 4 added to each weight of its head."""
    folder = Path(shutil.copytree(base, tmp_path / "moved"))
    weights = load_file(folder / "model.safetensors")
    weights[HEAD] = weights[HEAD] + 4
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.fixture(scope="module")
def two_labels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_checkpoint("bert", tmp_path_factory.mktemp("two") / "tiny", num_labels=2)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(windvane, ["average", *map(str, arguments)])


@contextmanager
def changed_json(file: Path) -> Iterator[dict[str, Any]]:
    """Yield what a JSON file has, and write it back with what the block changes."""
    content = json.loads(file.read_text(encoding="utf-8"))
    yield content
    file.write_text(json.dumps(content), encoding="utf-8")


def head_of(folder: Path) -> torch.Tensor:
    return load_file(folder / "model.safetensors")[HEAD]


def bias_of(folder: Path) -> torch.Tensor:
    return load_file(folder / "model.safetensors")["classifier.bias"]


def test_average_writes_the_mean_of_the_weights(base: Path, moved: Path, tmp_path: Path) -> None:
    result = run(base, moved, "-o", tmp_path / "made")

    assert result.exit_code == 0, result.output
    torch.testing.assert_close(head_of(tmp_path / "made"), head_of(base) + 2)
    made = load_checkpoint(str(tmp_path / "made"))
    assert made.id2label == load_checkpoint(str(base)).id2label


def test_average_counts_each_checkpoint_by_its_weight(
    base: Path, moved: Path, tmp_path: Path
) -> None:
    result = run(base, moved, "--weights", "1,3", "-o", tmp_path / "made")

    assert result.exit_code == 0, result.output
    torch.testing.assert_close(head_of(tmp_path / "made"), head_of(base) + 3)


def test_average_is_stored_in_float16_on_request(base: Path, moved: Path, tmp_path: Path) -> None:
    run(base, moved, "--half", "-o", tmp_path / "made")

    assert head_of(tmp_path / "made").dtype == torch.float16


def test_average_puts_its_parts_on_record(base: Path, moved: Path, tmp_path: Path) -> None:
    (moved / "training.json").write_text('{"settings": {"seed": 7}}', encoding="utf-8")

    run(base, moved, "--weights", "1,3", "-o", tmp_path / "made")

    record = json.loads((tmp_path / "made" / "training.json").read_text(encoding="utf-8"))
    first, second = record["average"]
    assert (first["weight"], first["training"]) == (1.0, None)
    assert (second["name"], second["training"]["settings"]["seed"]) == ("moved", 7)
    assert first["sha256"] != second["sha256"]


def test_average_adds_offsets_to_the_logits_of_labels(
    base: Path, moved: Path, tmp_path: Path
) -> None:
    run(base, moved, "-o", tmp_path / "plain")

    result = run(
        base, moved, "--offset", "negative=0.5", "--offset", "neutral=-1", "-o", tmp_path / "made"
    )

    assert result.exit_code == 0, result.output
    difference = bias_of(tmp_path / "made") - bias_of(tmp_path / "plain")
    torch.testing.assert_close(difference, torch.tensor([0.5, -1.0, 0.0]))
    record = json.loads((tmp_path / "made" / "training.json").read_text(encoding="utf-8"))
    assert record["offsets"] == {"negative": 0.5, "neutral": -1.0}


def test_average_multiplies_the_logits_of_labels_before_it_adds_offsets(
    base: Path, moved: Path, tmp_path: Path
) -> None:
    run(base, moved, "-o", tmp_path / "plain")

    result = run(
        base, moved, "--scale", "neutral=2", "--offset", "neutral=-1", "-o", tmp_path / "made"
    )

    assert result.exit_code == 0, result.output
    scales = torch.tensor([1.0, 2.0, 1.0])
    torch.testing.assert_close(
        head_of(tmp_path / "made"), head_of(tmp_path / "plain") * scales[:, None]
    )
    torch.testing.assert_close(
        bias_of(tmp_path / "made"),
        bias_of(tmp_path / "plain") * scales + torch.tensor([0.0, -1.0, 0.0]),
    )
    record = json.loads((tmp_path / "made" / "training.json").read_text(encoding="utf-8"))
    assert record["scales"] == {"neutral": 2.0}


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["--offset", "angry=1"], "no label of the name"),
        (["--offset", "negative"], "write each label once"),
        (["--offset", "negative=1", "--offset", "negative=2"], "write each label once"),
        (["--offset", "negative=much"], "not a valid float"),
        (["--offset", "negative=11"], "not in the range"),
        (["--scale", "angry=1"], "no label of the name"),
        (["--scale", "neutral"], "write each label once"),
        (["--scale", "neutral=0"], "not in the range"),
        (["--scale", "neutral=-1"], "not in the range"),
        (["--scale", "neutral=11"], "not in the range"),
    ],
)
def test_average_refuses_numbers_of_labels_that_make_no_sense(
    base: Path, moved: Path, tmp_path: Path, options: list[str], fault: str
) -> None:
    result = run(base, moved, *options, "-o", tmp_path / "made")

    assert result.exit_code != 0
    assert fault in result.output
    assert not (tmp_path / "made").exists()


def test_average_refuses_other_labels(base: Path, two_labels: Path, tmp_path: Path) -> None:
    result = run(base, two_labels, "-o", tmp_path / "made")

    assert result.exit_code != 0
    assert "different labels" in result.output
    assert not (tmp_path / "made").exists()


def test_average_refuses_labels_in_another_order(base: Path, moved: Path, tmp_path: Path) -> None:
    with changed_json(moved / "config.json") as config:
        labels = [*reversed(config["id2label"].values())]
        config["id2label"] = {str(i): label for i, label in enumerate(labels)}
        config["label2id"] = {label: i for i, label in enumerate(labels)}

    result = run(base, moved, "-o", tmp_path / "made")

    assert result.exit_code != 0
    assert "negative, neutral, positive; positive, neutral, negative." in result.output


def test_average_refuses_another_vocabulary(base: Path, moved: Path, tmp_path: Path) -> None:
    with changed_json(moved / "tokenizer.json") as tokenizer:
        vocabulary = tokenizer["model"]["vocab"]
        one, other, *_ = [token for token in vocabulary if "[" not in token]
        vocabulary[one], vocabulary[other] = vocabulary[other], vocabulary[one]

    result = run(base, moved, "-o", tmp_path / "made")

    assert result.exit_code != 0
    assert "different vocabularies: 2 tokens" in result.output


def test_average_names_weights_of_other_shapes(base: Path, moved: Path, tmp_path: Path) -> None:
    with changed_json(moved / "config.json") as config:
        config["max_position_embeddings"] -= 1
    weights = load_file(moved / "model.safetensors")
    weights[POSITIONS] = weights[POSITIONS][1:].clone()
    save_file(weights, moved / "model.safetensors", metadata={"format": "pt"})

    result = run(base, moved, "-o", tmp_path / "made")

    assert result.exit_code != 0
    assert f"different shapes: {POSITIONS}" in result.output


def test_average_refuses_a_single_checkpoint(base: Path, tmp_path: Path) -> None:
    result = run(base, "-o", tmp_path / "made")

    assert "two checkpoints or more" in result.output


@pytest.mark.parametrize(
    ("weights", "fault"),
    [("1", "1 numbers for 2"), ("1,0", "not in the range"), ("1,much", "not a valid float")],
)
def test_average_refuses_weights_that_make_no_sense(
    base: Path, moved: Path, tmp_path: Path, weights: str, fault: str
) -> None:
    result = run(base, moved, "--weights", weights, "-o", tmp_path / "made")

    assert result.exit_code != 0
    assert fault in result.output


def test_average_replaces_no_folder_unasked(base: Path, moved: Path) -> None:
    assert "name another folder" in run(base, moved, "-o", moved).output
    assert "--overwrite" in run(base, base, "-o", moved).output
