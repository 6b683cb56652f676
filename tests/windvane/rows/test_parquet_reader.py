"""Parquet files: large ones, damaged ones, and none without the package that reads them."""

import io
import sys

import pyarrow
import pytest
from pyarrow import parquet

from tests.windvane.rows.file_cases import NamedFile
from windvane.rows import parquet_reader
from windvane.rows.errors import InputFileError
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading


def build_file(rows: int, **options: int) -> bytes:
    stream = io.BytesIO()
    table = pyarrow.table({"text": ["good"] * rows, "n": list(range(rows))})
    parquet.write_table(table, stream, **options)
    return stream.getvalue()


def test_rows_of_several_groups_are_numbered_through() -> None:
    stream = NamedFile(build_file(5000, row_group_size=1500), "a.parquet")

    records = list(read_texts(stream, Reading()).records)

    assert [record.line for record in records] == list(range(1, 5001))


def test_missing_package_is_named_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(InputFileError, match=r"pip install 'windvane\[parquet\]'"):
        read_texts(NamedFile(build_file(1), "a.parquet"), Reading())


def test_row_group_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_reader, "LARGEST_GROUP_BYTES", 2**10)

    with pytest.raises(InputFileError, match="a row group of more than"):
        read_texts(NamedFile(build_file(5000), "a.parquet"), Reading())


def test_damage_in_the_middle_is_told_by_its_row() -> None:
    content = bytearray(build_file(5000, row_group_size=1500))
    content[len(content) // 3 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)

    with pytest.raises(InputFileError, match=r"a\.parquet is damaged behind row [\d,]+\."):
        list(read_texts(NamedFile(bytes(content), "a.parquet"), Reading()).records)
