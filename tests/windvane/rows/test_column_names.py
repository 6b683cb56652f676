"""Names of columns: each its own, and found however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windvane.rows.column_names import find_column, find_columns, name_columns


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["text", "stars"], ("text", "stars")),
        (["text", "stars", "", ""], ("text", "stars", "column_3", "column_4")),
        (["", "text"], ("column_1", "text")),
        (["a", "a", "a"], ("a", "a_2", "a_3")),
        (["a", "a", "a_2"], ("a", "a_3", "a_2")),
        (["column_2", " "], ("column_2", "column_2_2")),
        ([" a", "a"], (" a", "a")),
    ],
)
def test_each_column_gets_a_name_of_its_own(header: list[str], columns: tuple[str, ...]) -> None:
    assert name_columns(header) == columns


@given(st.lists(st.sampled_from(["", " ", "a", "a_2", "a_3", "column_1", "column_2"])))
def test_no_two_columns_have_one_name(header: list[str]) -> None:
    columns = name_columns(header)

    assert len(set(columns)) == len(header)
    assert all(cell in columns for cell in header if cell.strip())


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["TEXT", " text", "text"], ["text"]),
        (["TEXT", " text"], [" text"]),
        (["other", " TeXt "], [" TeXt "]),
        (["Text", "TEXT"], ["Text", "TEXT"]),
        (["texts"], []),
    ],
)
def test_name_is_found_as_it_is_then_without_spaces_then_in_any_case(
    columns: list[str], found: list[str]
) -> None:
    assert find_columns("text", columns) == found
    assert find_column("text", columns) == (found[0] if found else None)


def test_name_that_is_looked_for_may_have_spaces_itself() -> None:
    assert find_column(" Text", ["id", "text "]) == "text "
