"""Files that people have, read as the shared cases expect it."""

from typing import Any

import pytest

from tests.windvane.rows.file_cases import FileCase, NamedFile, load_file_cases
from windvane.rows.byte_source import ByteSource
from windvane.rows.column_names import find_column
from windvane.rows.errors import InputFileError
from windvane.rows.file_detection import detect_file
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.row import Record, Reject, Row

CASES = load_file_cases()
READ = [case for case in CASES if case.error is None]
REFUSED = [case for case in CASES if case.error is not None]


def read(case: FileCase) -> list[Record]:
    return list(read_texts(NamedFile(case.content, case.file), Reading()).records)


def show_row(row: Row) -> dict[str, Any]:
    column = find_column("text", row.columns)
    others = {name: cell for name, cell in row.columns.items() if name != column}
    return {"text": row.text, **others}


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_rows_and_columns_are_read_in_order(case: FileCase) -> None:
    rows = [show_row(record) for record in read(case) if isinstance(record, Row)]

    assert [list(row.items()) for row in rows] == [list(row.items()) for row in case.rows]


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_bad_rows_are_rejected_by_place_and_reason(case: FileCase) -> None:
    rejects = [record for record in read(case) if isinstance(record, Reject)]

    assert [reject.line for reject in rejects] == [each["line"] for each in case.rejects]
    for reject, expected in zip(rejects, case.rejects, strict=True):
        assert expected["reason"] in reject.reason


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_encoding_and_delimiter_are_found_out(case: FileCase) -> None:
    detection = detect_file(ByteSource(NamedFile(case.content, case.file)), Reading())

    assert case.encoding in {None, detection.encoding}
    assert case.delimiter in {None, detection.delimiter.character}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_file_is_refused_in_one_sentence(case: FileCase) -> None:
    with pytest.raises(InputFileError) as refused:
        read(case)

    message = str(refused.value)
    assert str(case.error) in message
    assert case.file in message
    assert "\n" not in message
