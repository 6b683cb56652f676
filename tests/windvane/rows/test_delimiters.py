"""Delimiters and line ends, told from the start of a file."""

import pytest

from windvane.rows.delimiters import Delimiter, ends_lines_by_returns, sniff_delimiter


@pytest.mark.parametrize(
    ("start", "character"),
    [
        ("text\ngood; really; good\n", ","),
        ("id;text\n1,2,3,4\n", ";"),
        ("a,b;text\n", ";"),
        ("text;a,b,c\n", ";"),
        ('"a;b;c",text\n', ","),
        ('"text"\t"a,b"\n', "\t"),
        ("id|body\n", "|"),
        ("a,b;c;d\n", ";"),
        ('"never closed;text\n', ","),
        ("", ","),
    ],
)
def test_delimiter_is_the_one_by_which_the_header_makes_sense(start: str, character: str) -> None:
    assert sniff_delimiter(start, "text") == Delimiter(character)


def test_preferred_delimiter_wins_where_nothing_tells() -> None:
    assert sniff_delimiter("text\n", "text", preferred="\t") == Delimiter("\t")
    assert sniff_delimiter("text;n\n", "text", preferred="\t") == Delimiter(";")


@pytest.mark.parametrize("start", ["sep=;\n", "SEP=;\r\na,b", '"sep=;"\r\n', "\ufeffsep=;\r"])
def test_first_line_may_name_the_delimiter(start: str) -> None:
    assert sniff_delimiter(start, "text") == Delimiter(";", has_line=True)


@pytest.mark.parametrize(
    ("start", "quoted", "expected"),
    [
        ("a\rb\r", False, True),
        ("a\rb\n", False, False),
        ("a\n", False, False),
        ("a", False, False),
        ('a\r"b\nc"\r', True, True),
        ('a\n"b\rc"\n', True, False),
    ],
)
def test_lines_end_by_returns_if_there_is_no_feed(start: str, quoted: bool, expected: bool) -> None:
    assert ends_lines_by_returns(start, quoted=quoted) == expected
