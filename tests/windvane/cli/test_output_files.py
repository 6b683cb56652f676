"""Which files a run writes, and how they come to be."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from windvane.cli.errors import CliError
from windvane.cli.output_files import open_output, refuse_same_file, rejects_path_for


@pytest.mark.parametrize(
    ("output_path", "input_path", "rejects_path"),
    [
        ("out.csv", "in.csv", "out.csv.rejects.jsonl"),
        ("-", "in.csv", "in.csv.rejects.jsonl"),
        (os.devnull, "in.csv", "in.csv.rejects.jsonl"),
        ("-", "-", None),
        ("-", None, None),
    ],
)
def test_rejects_path_for_follows_output_then_input(
    output_path: str, input_path: str | None, rejects_path: str | None
) -> None:
    expected = Path(rejects_path) if rejects_path else None

    assert rejects_path_for(output_path, input_path) == expected


def test_refuse_same_file_sees_through_links(tmp_path: Path) -> None:
    file, link = tmp_path / "in.csv", tmp_path / "link.csv"
    file.touch()
    link.hardlink_to(file)

    with pytest.raises(CliError, match="as input and as output"):
        refuse_same_file(input=str(file), output=str(link))


def test_refuse_same_file_sees_it_before_there_is_one(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"

    with pytest.raises(CliError, match="as output and as rejects"):
        refuse_same_file(output=str(file), rejects=tmp_path / "x" / ".." / "out.csv")


def test_refuse_same_file_lets_streams_and_devices_be(tmp_path: Path) -> None:
    refuse_same_file(input="-", output="-", rejects=None)
    refuse_same_file(input=str(tmp_path / "in"), output=os.devnull, rejects=Path(os.devnull))


def test_open_output_names_the_file_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"

    with open_output(str(file)) as stream:
        stream.write("whole")
        early = file.exists()

    assert not early
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert file.read_text(encoding="utf-8") == "whole"


def test_open_output_keeps_the_earlier_file_when_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("earlier", encoding="utf-8")

    with ExitStack() as stack:
        stack.enter_context(pytest.raises(KeyboardInterrupt))
        stack.enter_context(open_output(str(file))).write("half")
        raise KeyboardInterrupt

    assert file.read_text(encoding="utf-8") == "earlier"
    assert (tmp_path / "out.csv.partial").read_text(encoding="utf-8") == "half"


def test_open_output_writes_through_a_link(tmp_path: Path) -> None:
    link, file = tmp_path / "link.csv", tmp_path / "out.csv"
    file.touch()
    link.symlink_to(file)

    with open_output(str(link)) as stream:
        stream.write("whole")

    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "whole"
