"""``windvane train``: from files on the command line to a checkpoint and a baseline."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from tests.windvane.training.labelled_sets import build_easy_set
from windvane.cli.main import windvane
from windvane.cli.train.setting_options import SETTINGS
from windvane.training.settings import TrainingSettings

Train = Callable[..., Result]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_tiny_checkpoint("bert", tmp_path / "base")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Labels as stars, of thirty texts."""
    stars = {"negative": 1, "neutral": 3, "positive": 5}
    easy = build_easy_set()
    rows = [
        json.dumps({"text": text, "stars": stars[label]})
        for text, label in zip(easy.texts, easy.labels, strict=True)
    ]
    path = tmp_path / "reviews.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def train(tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch) -> Train:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def run(*arguments: str | Path) -> Result:
        options = ("--base", base, "-o", tmp_path / "made", "--epochs", 1, "--no-augment")
        return CliRunner().invoke(windvane, ["train", *map(str, (*options, *arguments))])

    return run


def test_train_makes_a_checkpoint_a_baseline_and_a_record(
    train: Train, data: Path, tmp_path: Path
) -> None:
    result = train("--data", f"{data},column=stars,map=stars")

    assert result.exit_code == 0, result.output
    made = {path.name for path in (tmp_path / "made").iterdir()}
    assert {"model.safetensors", "tokenizer.json", "naive-bayes.npz", "training.json"} <= made
    record = json.loads((tmp_path / "made" / "training.json").read_text(encoding="utf-8"))
    assert record["data"][0]["labels"] == {"negative": 9, "neutral": 9, "positive": 9}
    assert record["development"][0]["texts"] == 3
    assert "windvane export" in result.stdout


@pytest.fixture
def tickets(tmp_path: Path) -> Path:
    """Thirty texts with labels that no base has."""
    names = {"negative": "outage", "neutral": "billing", "positive": "praise, thanks"}
    easy = build_easy_set()
    rows = [
        f'"{text}","{names[label]}"' for text, label in zip(easy.texts, easy.labels, strict=True)
    ]
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    return path


def test_train_learns_the_labels_of_the_data(train: Train, tickets: Path, tmp_path: Path) -> None:
    result = train("--data", tickets)

    assert result.exit_code == 0, result.output
    assert (
        "Labels of the data: billing (10), outage (10), praise, thanks (10). "
        "--labels sets others, or another order.\n"
    ) in result.stderr
    config = json.loads((tmp_path / "made" / "config.json").read_text(encoding="utf-8"))
    assert config["id2label"] == {"0": "billing", "1": "outage", "2": "praise, thanks"}


@pytest.mark.parametrize("labels", [(), ("--labels", "billing,outage")])
def test_train_says_once_which_rows_it_leaves_out(
    train: Train, tmp_path: Path, labels: tuple[str, ...]
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("text,label\nfine, but slow,billing\n", encoding="utf-8")

    result = train("--data", bad, *labels)

    assert result.exit_code == 2
    assert result.stderr.count("bad.csv, line 2:") == 1


def test_train_keeps_the_order_that_labels_are_given_in(
    train: Train, data: Path, tmp_path: Path
) -> None:
    result = train("--data", f"{data},column=stars", "--labels", "5,3,1")

    assert result.exit_code == 0, result.output
    assert "Labels of the data" not in result.stderr
    config = json.loads((tmp_path / "made" / "config.json").read_text(encoding="utf-8"))
    assert config["id2label"] == {"0": "5", "1": "3", "2": "1"}


def test_train_keeps_the_labels_of_its_base(
    train: Train, tickets: Path, base: Path, tmp_path: Path
) -> None:
    path = base / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    labels = {"0": "praise, thanks", "1": "other", "2": "outage", "3": "billing"}
    weights = {"id2label": labels, "label2id": {label: int(i) for i, label in labels.items()}}
    path.write_text(json.dumps({**config, **weights}), encoding="utf-8")

    result = train("--data", tickets)

    assert result.exit_code == 0, result.output
    assert 'tickets.csv: no text is "other"' in result.stderr
    made = json.loads((tmp_path / "made" / "config.json").read_text(encoding="utf-8"))
    assert made["id2label"] == labels


def test_train_refuses_a_dev_label_that_the_data_has_not(
    train: Train, tickets: Path, tmp_path: Path
) -> None:
    dev = tmp_path / "dev.csv"
    dev.write_text("text,label\nfine,other\n", encoding="utf-8")

    result = train("--data", tickets, "--dev", dev)

    assert result.exit_code == 2
    assert (
        'dev.csv, line 2: the label "other" is not one to choose from (billing, ' in result.stderr
    )
    assert "--labels A,B,... names the labels to learn." in result.stderr
    assert "numbers" not in result.stderr


@pytest.mark.parametrize("name", ["it's; $(made)", "-made"])
def test_train_prints_an_export_that_runs(
    train: Train, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bundle").mkdir()

    done = train("--data", f"{data},column=stars,map=stars", "-o", name)
    _, _, printed = done.stdout.rstrip("\n").partition("Next: ")
    [program, *arguments] = shlex.split(printed)
    exported = CliRunner().invoke(windvane, arguments)

    assert program == "windvane"
    assert exported.exit_code == 0, exported.output
    assert (tmp_path / "bundle-2" / "manifest.json").exists()


def test_train_prints_a_file_that_the_shell_reads_as_one(
    train: Train, data: Path, tmp_path: Path
) -> None:
    two = tmp_path / "my reviews" / "two.jsonl"
    two.parent.mkdir()
    rows = data.read_text(encoding="utf-8").splitlines()
    two.write_text("\n".join(row for row in rows if '"stars": 3' not in row), encoding="utf-8")

    warned = train("--data", f"{two},column=stars,map=stars")

    assert f"write '{two},ignore=neutral'\n" in warned.stderr


def test_train_reads_a_file_as_what_it_is_said_to_be(
    train: Train, data: Path, tmp_path: Path
) -> None:
    unnamed = data.rename(tmp_path / "reviews.dat")

    result = train("--data", f"{unnamed},column=stars,map=stars", "--format", "jsonl")

    assert result.exit_code == 0, result.output


def test_train_says_what_a_file_of_two_labels_would_unlearn(
    train: Train, data: Path, tmp_path: Path
) -> None:
    two = tmp_path / "two.jsonl"
    rows = data.read_text(encoding="utf-8").splitlines()
    two.write_text("\n".join(row for row in rows if '"stars": 3' not in row), encoding="utf-8")

    warned = train("--data", f"{two},column=stars,map=stars")
    ignoring = train("--data", f"{two},column=stars,map=stars,ignore=neutral", "--overwrite")

    assert 'two.jsonl: no text is "neutral"' in warned.stderr
    assert "two.jsonl,ignore=neutral" in warned.stderr
    assert ignoring.exit_code == 0, ignoring.output
    assert "no text is" not in ignoring.stderr


def test_train_leaves_a_folder_in_use_as_it_is(train: Train, data: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "mine.txt").touch()

    result = train("--data", f"{data},column=stars,map=stars")

    assert result.exit_code == 2
    assert "made is not empty; name another folder or add --overwrite." in result.stderr
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["mine.txt"]


def test_train_never_writes_over_its_base(train: Train, data: Path, base: Path) -> None:
    before = (base / "model.safetensors").read_bytes()

    result = train("--data", f"{data},column=stars,map=stars", "-o", base, "--overwrite")

    assert result.exit_code == 2
    assert "is what the run learns from; name another folder." in result.stderr
    assert (base / "model.safetensors").read_bytes() == before


def test_train_does_not_choose_on_what_it_learns_from(train: Train, data: Path) -> None:
    file = f"{data},column=stars,map=stars"

    result = train("--data", file, "--dev", file)

    assert result.exit_code == 2
    assert "reviews.jsonl is given as --data and as --dev" in result.stderr


def test_train_says_why_it_stops(train: Train, data: Path) -> None:
    settings = ("--epochs", 6, "--learning-rate", 1e-9, "--evaluations", 1, "--patience", 2)

    result = train("--data", f"{data},column=stars,map=stars", *map(str, settings))

    assert "Stopped after 2 evaluations without a better one." in result.stderr


def test_train_lets_others_read_what_it_made(train: Train, data: Path, tmp_path: Path) -> None:
    train("--data", f"{data},column=stars,map=stars")

    made = tmp_path / "made"
    assert (made / "model.safetensors").stat().st_mode == (made / "config.json").stat().st_mode


def test_train_shows_how_it_goes(train: Train, data: Path) -> None:
    result = train("--data", f"{data},column=stars,map=stars", "--evaluations", "1")

    assert "macro-recall reviews.jsonl" in result.stderr
    assert "loss" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "Missing option '--data'"),
        (["--data", "reviews.jsonl"], 'no column "label"'),
        (["--data", "reviews.jsonl,column=stars"], "has numbers as labels: 1, 3, 5. Say what"),
        (["--data", "reviews.jsonl,column=stars"], "with --labels A,B,..."),
        (
            ["--data", "reviews.jsonl,column=stars", "--labels", "1,2,3"],
            'the label "5" is not one to choose from (1, 2, 3). Say what numbers mean: '
            "reviews.jsonl,map=NAME, where NAME is one of two, three, five, stars. "
            "--labels A,B,... names the labels to learn.",
        ),
        (["--data", "none.csv"], "Cannot open none.csv"),
        (["--data", "reviews.jsonl,weight=0"], "0.0 is not in the range"),
        (
            ["--data", "reviews.jsonl,column=stars,map=stars,ignore=mixed"],
            'no label "mixed" to ignore',
        ),
        (["--data", "reviews.jsonl", "--labels", "one"], "write two or more names"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("data")
def test_train_that_makes_no_sense_ends_with_2(
    train: Train,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    fault: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    result = train(*arguments)

    assert result.exit_code == 2
    assert fault in result.stderr
    assert not (tmp_path / "made").exists()


def test_every_setting_is_an_option() -> None:
    assert {setting.name for setting in fields(TrainingSettings)} == SETTINGS.keys()
