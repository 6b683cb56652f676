"""What predictions are written as."""

import pytest

from windvane.cli.classify.output_formats import choose_format
from windvane.cli.errors import CliError


@pytest.mark.parametrize(
    ("path", "input_format", "to_terminal", "output_format"),
    [
        ("-", "csv", True, "table"),
        ("-", "csv", False, "csv"),
        ("-", "text", False, "csv"),
        ("-", "jsonl", False, "jsonl"),
        ("a.jsonl", "csv", True, "jsonl"),
        ("a.CSV", "jsonl", False, "csv"),
    ],
)
def test_choose_format_goes_by_suffix_then_terminal_then_input(
    path: str, input_format: str, to_terminal: bool, output_format: str
) -> None:
    assert choose_format(path, input_format, to_terminal=to_terminal) == output_format


def test_choose_format_refuses_to_guess() -> None:
    with pytest.raises(CliError, match=r"a\.xlsx .*--to"):
        choose_format("a.xlsx", "csv", to_terminal=False)
