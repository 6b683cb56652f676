"""A tiny model in use: its checkpoint, its bundle, and data."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from tests.windvane.training.labelled_sets import build_easy_set
from windvane.cli.main import windvane

Retrain = Callable[..., Result]
GATE = "[every]\naccuracy = { max_drop = 1 }\n[corrections]\naccuracy = { min = 0 }\n"


def write_rows(path: Path, rows: list[tuple[str, str]]) -> Path:
    lines = [json.dumps({"text": text, "label": label}) for text, label in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def easy_rows(suffix: str) -> list[tuple[str, str]]:
    easy = build_easy_set()
    return [
        (f"{text} {suffix}", label) for text, label in zip(easy.texts, easy.labels, strict=True)
    ]


@pytest.fixture(scope="session")
def tiny_champion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``checkpoint`` and ``bundle``, exported from it."""
    folder = tmp_path_factory.mktemp("champion")
    write_tiny_checkpoint("bert", folder / "checkpoint")
    command = ["export", str(folder / "checkpoint"), "-o", str(folder / "bundle")]
    command += ["--scheme", "fp32", "--licence", "MIT", "--language", "en", "--name", "tiny"]
    command += ["--normalization", "social", "--window-tokens", "64"]
    result = CliRunner().invoke(windvane, command)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def retrain(tiny_champion: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Retrain:
    """Run the command in a folder with corrections, replay.jsonl, test.jsonl and gate.toml."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    write_rows(tmp_path / "corrections.jsonl", easy_rows("(corrected)"))
    write_rows(tmp_path / "replay.jsonl", easy_rows("(old)"))
    write_rows(tmp_path / "test.jsonl", easy_rows("(frozen)"))
    (tmp_path / "gate.toml").write_text(GATE, encoding="utf-8")

    def run(*arguments: str, corrections: str | None = "corrections.jsonl") -> Result:
        source = ["--corrections", corrections] if corrections else []
        champion = ["--champion", str(tiny_champion / "bundle")]
        options = ["--replay", "replay.jsonl", "--gate", "gate.toml", "-o", "out", "--no-augment"]
        return CliRunner().invoke(
            windvane, ["retrain", "test.jsonl", *source, *champion, *options, *arguments]
        )

    return run
