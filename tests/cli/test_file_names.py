"""Which files a run reads and writes."""

import os
from pathlib import Path

import pytest

from cli.errors import CliError
from cli.file_names import refuse_same_file, rejects_path_for


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
