"""A folder is replaced as a whole, or not at all."""

import stat
from pathlib import Path

import pytest

from model_export.new_folder import new_folder


def write_old(folder: Path) -> Path:
    folder.mkdir()
    (folder / "old.txt").write_text("old")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_new_folder_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "some" / "where" / "bundle"

    with new_folder(target) as made:
        (made / "new.txt").write_text("new")
        there_before = target.exists()

    assert not there_before
    assert names(target) == ["new.txt"]
    assert names(target.parent) == ["bundle"]


def test_new_folder_can_be_read_by_all(tmp_path: Path) -> None:
    with new_folder(tmp_path / "bundle"):
        pass

    mode = (tmp_path / "bundle").stat().st_mode
    assert stat.S_IMODE(mode) == stat.S_IMODE(write_old(tmp_path / "plain").stat().st_mode)


def test_new_folder_replaces_an_older_one(tmp_path: Path) -> None:
    target = write_old(tmp_path / "bundle")

    with new_folder(target) as made:
        (made / "new.txt").write_text("new")
        there_meanwhile = names(target)

    assert there_meanwhile == ["old.txt"]
    assert names(target) == ["new.txt"]
    assert names(tmp_path) == ["bundle"]


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt()], ids=type)
def test_new_folder_leaves_the_older_one_after_an_error(
    tmp_path: Path, error: BaseException
) -> None:
    target = write_old(tmp_path / "bundle")

    def write_and_fail() -> None:
        with new_folder(target) as made:
            (made / "new.txt").write_text("new")
            raise error

    with pytest.raises(type(error)):
        write_and_fail()

    assert names(target) == ["old.txt"]
    assert names(tmp_path) == ["bundle"]


def test_new_folder_brings_the_older_one_back_if_it_cannot_be_replaced(tmp_path: Path) -> None:
    target = write_old(tmp_path / "bundle")

    with pytest.raises(FileNotFoundError), new_folder(target) as made:
        made.rmdir()  # so that there is nothing to put in its place

    assert names(target) == ["old.txt"]


def test_new_folder_follows_a_link(tmp_path: Path) -> None:
    target = write_old(tmp_path / "bundle")
    (tmp_path / "link").symlink_to(target)

    with new_folder(tmp_path / "link") as made:
        (made / "new.txt").write_text("new")

    assert (tmp_path / "link").is_symlink()
    assert names(target) == ["new.txt"]
