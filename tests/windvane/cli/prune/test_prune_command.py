"""``windvane prune``: from a checkpoint to a smaller one, and the command that trains it."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model_export.checkpoint import load_checkpoint
from tests.model_export.tiny_checkpoints import write_tiny_checkpoint
from windvane.cli.main import windvane


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_checkpoint("bert", tmp_path_factory.mktemp("whole") / "tiny")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    file = tmp_path / "texts.txt"
    lines = [f"We waited {i} minutes for the waiter." for i in range(50)]
    file.write_text("\n".join([*lines, "", " "]), encoding="utf-8")
    return file


def run(*arguments: str | Path | int) -> Result:
    return CliRunner().invoke(windvane, ["prune", *map(str, arguments)])


def test_prune_writes_a_checkpoint_and_says_how_to_train_it(
    whole: Path, texts: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"

    result = run(whole, "--neurons", 32, "--texts", texts, "-o", made)

    assert result.exit_code == 0, result.output
    assert load_checkpoint(str(made)).config.intermediate_size == 32
    *_, losses, train = result.output.splitlines()
    assert losses.startswith(f"{made}: what each layer lost of its output: ")
    assert losses.count("%") == 2
    words = shlex.split(train.partition(": ")[2])
    assert words[words.index("--base") + 1 :: 2][:2] == [str(made), str(whole)]


def test_prune_reads_no_blank_lines_and_refuses_a_file_of_them(
    whole: Path, texts: Path, tmp_path: Path
) -> None:
    texts.write_text("\n \n", encoding="utf-8")

    result = run(whole, "--neurons", 32, "--texts", texts, "-o", tmp_path / "made")

    assert result.exit_code == 2
    assert f"{texts} holds no text; one a line is needed." in result.output


def test_prune_does_not_write_over_a_folder_unasked(
    whole: Path, texts: Path, tmp_path: Path
) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "notes.txt").write_text("mine")
    arguments = (whole, "--neurons", 32, "--texts", texts, "-o", tmp_path / "made")

    refused, done = run(*arguments), run(*arguments, "--overwrite")

    assert refused.exit_code == 2
    assert "is not empty; name another folder or add --overwrite." in refused.output
    assert done.exit_code == 0, done.output


def test_prune_does_not_write_over_the_checkpoint_itself(whole: Path, texts: Path) -> None:
    result = run(whole, "--neurons", 32, "--texts", texts, "-o", whole, "--overwrite")

    assert result.exit_code == 2
    assert "is the checkpoint itself; name another folder." in result.output


def test_prune_says_when_there_is_nothing_to_take_out(
    whole: Path, texts: Path, tmp_path: Path
) -> None:
    result = run(whole, "--neurons", 64, "--texts", texts, "-o", tmp_path / "made")

    assert result.exit_code == 2
    assert "have 64 neurons; keep fewer." in result.output
    assert "Traceback" not in result.output
