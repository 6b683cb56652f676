"""The output folder of a retraining whose process was killed."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from windvane.cli.errors import CliError
from windvane.cli.retrain import retrain_folder
from windvane.cli.retrain.retrain_folder import RECORD_FILE, RetrainFolder
from windvane.evaluation.corrections import CheckedCorrections, Correction, check_corrections

LABELS = ("negative", "positive")


class KilledError(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def folder(tmp_path: Path) -> RetrainFolder:
    return RetrainFolder(tmp_path / "out")


@pytest.fixture
def checked() -> CheckedCorrections:
    corrections = [Correction(f"text {i}", LABELS[i % 2], LABELS[0]) for i in range(20)]
    return check_corrections(corrections, LABELS, [], fewest=2)


def write_checkpoint(folder: RetrainFolder) -> Path:
    folder.checkpoint.mkdir()
    weights = folder.checkpoint / "weights"
    weights.touch()
    return weights


def test_run_killed_between_its_corrections_reads_them_again(
    folder: RetrainFolder, checked: CheckedCorrections, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = retrain_folder._write_corrections

    def write_or_end(path: Path, corrections: Sequence[Correction]) -> None:
        if path == folder.held_out:
            raise KilledError
        write(path, corrections)

    folder.begin("a", overwrite=False)
    with monkeypatch.context() as patch:
        patch.setattr(retrain_folder, "_write_corrections", write_or_end)
        with pytest.raises(KilledError):
            folder.keep("a", checked)
    was_there = folder.learned.exists()

    folder.begin("a", overwrite=False)

    assert was_there
    assert not folder.has_corrections
    folder.keep("a", checked)
    assert folder.has_corrections
    assert folder.read_counts() == checked.counts()


def test_run_without_corrections_yet_gives_way_to_another(
    folder: RetrainFolder, checked: CheckedCorrections
) -> None:
    folder.begin("a", overwrite=False)
    folder.begin("b", overwrite=False)
    folder.keep("b", checked)

    with pytest.raises(CliError, match="other options or data"):
        folder.begin("a", overwrite=False)


def test_begun_anew_has_no_checkpoint_of_the_other_run(
    folder: RetrainFolder, checked: CheckedCorrections, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(_path: Path) -> None:
        raise KilledError

    folder.begin("a", overwrite=False)
    folder.keep("a", checked)
    weights = write_checkpoint(folder)
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", end)
        with pytest.raises(KilledError):
            folder.begin("b", overwrite=True)

    folder.begin("b", overwrite=False)

    assert not weights.exists()
    assert not folder.has_corrections


def test_run_that_goes_on_keeps_its_checkpoint(
    folder: RetrainFolder, checked: CheckedCorrections
) -> None:
    folder.begin("a", overwrite=False)
    folder.keep("a", checked)
    weights = write_checkpoint(folder)

    folder.begin("a", overwrite=False)

    assert weights.exists()
    assert folder.has_corrections


def test_files_of_others_are_left_alone(folder: RetrainFolder, checked: CheckedCorrections) -> None:
    folder.begin("a", overwrite=False)
    folder.keep("a", checked)
    mine = folder.root / "mine.txt"
    mine.touch()

    folder.begin("b", overwrite=True)

    assert mine.exists()


@pytest.mark.parametrize("content", ["", "[]", '{"fingerprint": 1}', "[" * 5000])
def test_damaged_record_is_refused(folder: RetrainFolder, content: str) -> None:
    folder.root.mkdir()
    (folder.root / RECORD_FILE).write_text(content, encoding="utf-8")

    with pytest.raises(CliError, match="is damaged; remove the folder"):
        folder.begin("a", overwrite=True)
