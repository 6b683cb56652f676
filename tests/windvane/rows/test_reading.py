"""What is said about how files are read."""

import pytest

from windvane.rows.errors import RowsError
from windvane.rows.reading import parse_delimiter, parse_encoding


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("UTF8", "utf-8"), ("utf-8-sig", "utf-8"), ("windows-1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_encoding_has_the_name_that_python_gives_it(name: str, encoding: str) -> None:
    assert parse_encoding(name) == encoding


@pytest.mark.parametrize("name", ["none", "base64", "rot13", "", "a b\n", "undefined", "\0"])
def test_encoding_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(RowsError, match="no such encoding"):
        parse_encoding(name)


@pytest.mark.parametrize(
    ("value", "delimiter"), [(";", ";"), ("tab", "\t"), (r"\t", "\t"), ("\t", "\t"), ("¦", "¦")]
)
def test_delimiter_is_a_character_or_a_tab(value: str, delimiter: str) -> None:
    assert parse_delimiter(value) == delimiter


@pytest.mark.parametrize("value", ["", ";;", '"', "\n", "\r", "\0", "comma"])
def test_delimiter_that_csv_cannot_have_is_refused(value: str) -> None:
    with pytest.raises(RowsError, match="one character"):
        parse_delimiter(value)
