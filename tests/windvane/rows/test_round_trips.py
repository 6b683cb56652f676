"""Any table, written with any delimiter in any encoding, is read back as it was."""

import csv
import gzip
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windvane.rows.delimiters import DELIMITERS
from windvane.rows.file_formats import FileFormat
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.record_writers import build_record_writer
from windvane.rows.row import Row

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32-le", "utf-32")
# The letter comes first in each cell, so that none is blank. UTF-16 without a mark has no controls.
CELLS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\r\t"), max_size=20
).map("a{}".format)
NAMES = st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=8).map("n{}".format)


@st.composite
def make_tables(draw: st.DrawFn) -> list[dict[str, str]]:
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=lambda name: name.casefold()))
    rows = st.fixed_dictionaries({"text": CELLS, **dict.fromkeys(names, CELLS)})
    return draw(st.lists(rows, min_size=1, max_size=4))


def read(content: bytes, reading: Reading) -> list[dict[str, Any] | str]:
    records = read_texts(io.BytesIO(content), reading).records
    return [record.columns if isinstance(record, Row) else record.reason for record in records]


def write_csv(table: list[dict[str, str]], delimiter: str, line_end: str = "\n") -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(
        stream, list(table[0]), delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator=line_end
    )
    writer.writeheader()
    writer.writerows(table)
    return stream.getvalue()


@settings(deadline=None)
@given(make_tables(), st.sampled_from(DELIMITERS), st.sampled_from(ENCODINGS), st.booleans())
def test_csv_is_read_back(
    table: list[dict[str, str]], delimiter: str, encoding: str, packed: bool
) -> None:
    content = write_csv(table, delimiter).encode(encoding)

    rows = read(gzip.compress(content) if packed else content, Reading(file_format="csv"))

    assert rows == table


@settings(deadline=None)
@given(make_tables(), st.sampled_from("!:~¦ʘ"), st.sampled_from(ENCODINGS))
def test_csv_with_another_delimiter_that_is_named_is_read_back(
    table: list[dict[str, str]], delimiter: str, encoding: str
) -> None:
    content = write_csv(table, delimiter).encode(encoding)

    assert read(content, Reading(file_format="csv", delimiter=delimiter)) == table


@settings(deadline=None)
@given(
    st.lists(st.text(st.sampled_from("äöüßéèñ€“”… e,;"), max_size=4).map("é aeiou {}".format)),
    st.sampled_from(DELIMITERS),
)
def test_cp1252_is_read_back(texts: list[str], delimiter: str) -> None:
    table = [{"text": text, "stars": "5"} for text in ["schön und groß", *texts]]
    content = write_csv(table, delimiter, "\r\n").encode("cp1252")

    assert read(content, Reading(file_format="csv")) == table


@settings(deadline=None)
@given(make_tables(), st.sampled_from(ENCODINGS), st.sampled_from(("json", "jsonl")))
def test_json_is_read_back(
    table: list[dict[str, str]], encoding: str, file_format: FileFormat
) -> None:
    lines = [json.dumps(row, ensure_ascii=False) for row in table]
    text = "\n".join(lines) if file_format == "jsonl" else f"[{', '.join(lines)}]"

    assert read(text.encode(encoding), Reading(file_format=file_format)) == table


@pytest.mark.parametrize("record_format", ["csv", "jsonl"])
@settings(deadline=None)
@given(table=make_tables())
def test_our_own_records_are_read_back(
    table: list[dict[str, str]], record_format: FileFormat
) -> None:
    stream = io.StringIO(newline="")
    write = build_record_writer(stream, record_format, list(table[0]), raw=True)
    for row in table:
        write(row)

    assert read(stream.getvalue().encode(), Reading(file_format=record_format)) == table
