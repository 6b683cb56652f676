"""Where predictions go."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from cli.errors import CliError
from cli.output import kind_of, open_output


@pytest.mark.parametrize(
    ("path", "input_format", "to_terminal", "kind"),
    [
        ("-", "csv", True, "table"),
        ("-", "csv", False, "csv"),
        ("-", "text", False, "csv"),
        ("-", "jsonl", False, "jsonl"),
        ("a.jsonl", "csv", True, "jsonl"),
        ("a.CSV", "jsonl", False, "csv"),
    ],
)
def test_kind_of_goes_by_suffix_then_terminal_then_input(
    path: str, input_format: str, to_terminal: bool, kind: str
) -> None:
    assert kind_of(path, input_format, to_terminal=to_terminal) == kind


def test_kind_of_refuses_to_guess() -> None:
    with pytest.raises(CliError, match=r"a\.xlsx .*--to"):
        kind_of("a.xlsx", "csv", to_terminal=False)


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
