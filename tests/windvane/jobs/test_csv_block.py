"""Rows of a block of CSV are found by the quotes before line feeds."""

import pytest

from windvane.jobs.csv_block import CsvBlock

ROWS = b'a,"b\n""c"""\r\nd,e\n"f'


def test_ends_are_outside_quotes() -> None:
    block = CsvBlock(ROWS)

    assert block.find_last_end() == 17
    assert [block.find_end(offset) for offset in (0, 1, 6, 13, 14)] == [0, 13, 13, 13, 17]
    assert block.is_regular(17, ",")


def test_block_without_a_whole_row_has_no_end() -> None:
    assert CsvBlock(b'"a\n\nb').find_last_end() == 0
    assert CsvBlock(b"a").find_last_end() == 0


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (b'5,6" nails\n7,8" nails\n', ","),
        (b'5, "nails"\n', ","),
        (b'"a" b\n', ","),
        (b"a\rb\n", ","),
        ('"a"\u00e4b\n'.encode(), "\u00e4"),
    ],
    ids=["inches", "space", "behind", "return", "wide"],
)
def test_other_quotes_than_those_of_the_rfc_are_irregular(content: bytes, delimiter: str) -> None:
    block = CsvBlock(content)

    assert not block.is_regular(len(content), delimiter)
