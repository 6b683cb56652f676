"""The commands of docs/own-model.md, run as printed on thirty texts.

They run in this process: each would import torch for seconds in one of its own.
"""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import REPOSITORY
from tests.model_export.shipped_texts import ACTIVATION_TEXTS
from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from tests.pages import BLOCKS
from tests.windvane.training.labelled_sets import build_easy_set
from windvane import load_classifier
from windvane.cli.main import windvane
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.bundle_files import sha256_of
from windvane.inference.language import OTHER

DEFAULT_CHECKPOINT = DEFAULT_BUNDLE.parent / "checkpoint"
OWN_MODEL_BLOCKS = [
    block
    for block in BLOCKS
    if block.page == "docs/own-model.md"
    and block.language == "bash"
    and re.search("windvane (train|average|prune|language|calibrate) ", block.code)
]
COMMANDS = [
    re.findall(r"^\.venv/bin/windvane (.+)$", block.code, re.MULTILINE)
    for block in OWN_MODEL_BLOCKS
]


pytestmark = pytest.mark.filterwarnings("default")  # as for a user


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: it holds labelled files, and the models of the clone."""
    for name in ("reviews", "dev", "test", "mine"):
        labelled = build_easy_set()
        rows = zip(labelled.texts, labelled.labels, strict=True)
        lines = [f'"{text} ({name})",{label}' for text, label in rows]
        (tmp_path / f"{name}.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    _write_tickets(tmp_path / "tickets.csv")
    # The weights of an encoder of usual size are fitted to all of ours for most of a minute.
    (tmp_path / "few.txt").write_text("\n".join(ACTIVATION_TEXTS), encoding="utf-8")
    (tmp_path / "models").symlink_to(REPOSITORY / "models")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_page_way_to_a_model_of_ones_own_runs_as_printed(folder: Path) -> None:
    shown = [command for command in COMMANDS[0] if not command.startswith("serve")]

    for command in shown:
        _run(f"{command} --calibration few.txt" if command.startswith("export ") else command)

    assert [command.split()[0] for command in shown] == ["data", "train", "export", "evaluate"]
    assert (folder / "bundle" / "model.onnx").exists()
    assert "<svg" in (folder / "report.html").read_text(encoding="utf-8")


def test_page_way_to_improve_the_default_starts_from_it(folder: Path) -> None:
    [command] = COMMANDS[1]

    _run(command)

    assert "--base models/" in command
    record = json.loads((folder / "mine" / "training.json").read_text(encoding="utf-8"))
    assert record["base"]["sha256"] == sha256_of(DEFAULT_CHECKPOINT / "model.safetensors")


def test_page_way_to_an_average_runs_as_printed(folder: Path) -> None:
    [command] = COMMANDS[2]
    (folder / "models").unlink()
    checkpoints = ["mine", "mine-with-another-seed", "models/sentiment-minilm/checkpoint"]
    for seed, name in enumerate(checkpoints):
        write_tiny_checkpoint("bert", folder / name, seed=seed)

    _run(command)

    record = json.loads((folder / "averaged" / "training.json").read_text(encoding="utf-8"))
    assert [part["weight"] for part in record["average"]] == [2, 2, 1]


def test_page_way_to_fewer_neurons_runs_as_printed(folder: Path) -> None:
    (folder / "models").unlink()
    write_tiny_checkpoint("bert", folder / "mine")
    (folder / "texts.txt").write_text("\n".join(ACTIVATION_TEXTS), encoding="utf-8")

    for command in COMMANDS[3]:
        _run(command.replace("--neurons 1280", "--neurons 32"))  # a tiny one has 64

    config = json.loads((folder / "smaller" / "config.json").read_text(encoding="utf-8"))
    assert config["intermediate_size"] == 32


def test_page_way_to_labels_of_ones_own_runs_as_printed(folder: Path) -> None:
    for command in COMMANDS[4]:
        _run(f"{command} --epochs 1")

    assert _read_labels(folder / "tickets") == ["billing", "outage", "praise"]
    assert _read_labels(folder / "tickets-in-that-order") == ["outage", "praise", "billing"]


def test_page_way_to_a_language_test_runs_as_printed(folder: Path) -> None:
    [command] = COMMANDS[5]
    english, german = "We waited for the waiter, table", "Wir haben auf den Kellner gewartet, Tisch"
    rows = [f'"{english} {i}"' for i in range(150)]
    (folder / "reviews.csv").write_text("\n".join(["text", *rows]), encoding="utf-8")
    lines = [json.dumps({"text": f"{german} {i}"}) for i in range(150)]
    (folder / "foreign.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "bundle").symlink_to(DEFAULT_BUNDLE)

    _run(command)

    with load_classifier("bundle-with-language") as classifier:
        found = [each.language for each in classifier.classify([english, german])]
    assert found == ["en", OTHER]


def test_page_way_to_a_calibration_runs_as_printed(folder: Path) -> None:
    [command] = COMMANDS[6]
    # Somebody to whom an arrival is good news, and an invoice is not.
    texts = {"The parcel came at {} o'clock.": "positive", "Terrible, {} times!": "negative"}
    texts["The invoice has {} pages."] = "neutral"
    rows = [f'"{text.format(i)}",{label}' for text, label in texts.items() for i in range(20)]
    (folder / "own.csv").write_text("\n".join(["text,label", *rows]), encoding="utf-8")

    _run(command)

    with load_classifier(DEFAULT_BUNDLE) as before, load_classifier("calibrated") as after:
        arrival = ["The parcel came at 7 o'clock."]
        scores = [each.classify(arrival)[0].scores["positive"] for each in (before, after)]
    assert scores[0] < scores[1]


def _write_tickets(path: Path) -> None:
    names = {"negative": "outage", "neutral": "billing", "positive": "praise"}
    labelled = build_easy_set()
    rows = zip(labelled.texts, labelled.labels, strict=True)
    lines = [f'"{text}",{names[label]}' for text, label in rows]
    path.write_text("\n".join(["text,label", *lines]), encoding="utf-8")


def _read_labels(checkpoint: Path) -> list[str]:
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    return [config["id2label"][str(i)] for i in range(len(config["id2label"]))]


def _run(command: str) -> None:
    result = CliRunner().invoke(windvane, shlex.split(command))

    assert result.exit_code == 0, result.output
