"""What predictions are written as."""

import pytest

from windvane.cli.classify.output_formats import choose_format, choose_stdout_format
from windvane.cli.errors import CliError
from windvane.rows.file_formats import FileFormat


@pytest.mark.parametrize(
    ("path", "output_format"), [("-", None), ("a.jsonl", "jsonl"), ("a.CSV", "csv")]
)
def test_choose_format_goes_by_suffix(path: str, output_format: str | None) -> None:
    assert choose_format(path) == output_format


@pytest.mark.parametrize("path", ["a.xlsx", "a.tsv", "a.csv.gz", "a.json"])
def test_choose_format_refuses_to_guess(path: str) -> None:
    with pytest.raises(CliError, match=rf"{path} .*--to"):
        choose_format(path)


@pytest.mark.parametrize(
    ("input_format", "to_terminal", "output_format"),
    [
        ("csv", True, "table"),
        ("csv", False, "csv"),
        ("text", False, "csv"),
        ("jsonl", False, "jsonl"),
        ("json", False, "jsonl"),
    ],
)
def test_stdout_gets_a_table_or_what_is_like_the_input(
    input_format: FileFormat, to_terminal: bool, output_format: str
) -> None:
    assert choose_stdout_format(input_format, to_terminal=to_terminal) == output_format
