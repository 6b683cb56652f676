"""No CSV cell starts a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.windvane.rows.formula_cases import FORMULA_CASES
from tests.windvane.rows.predictions import LABELS, make_predictions, make_rows
from windvane.rows.formula_guard import guard_formulas
from windvane.rows.row_writers import CsvWriter


@pytest.mark.parametrize(("cell", "guarded"), FORMULA_CASES.items(), ids=ascii)
def test_guard_formulas_puts_an_apostrophe_before_a_formula(cell: str, guarded: str) -> None:
    assert guard_formulas(cell) == guarded


def test_csv_writer_guards_headers_and_cells_unless_it_is_raw() -> None:
    rows = make_rows("=1+1", **{"@column": "=2"})

    guarded, raw = io.StringIO(), io.StringIO()
    for stream, is_raw in ((guarded, False), (raw, True)):
        writer = CsvWriter(stream, LABELS, tuple(rows[0].columns), raw=is_raw)
        writer.write(rows, make_predictions(rows))

    assert guarded.getvalue().startswith("text,'@column,")
    assert "\n'=1+1,'=2," in guarded.getvalue()
    assert raw.getvalue().startswith("text,@column,")
    assert "\n=1+1,=2," in raw.getvalue()


@given(st.text("=+-@a;|,\t\r\n\"' 1", max_size=12), st.sampled_from(",;|\t"))
def test_no_reader_finds_a_cell_that_starts_a_formula(text: str, delimiter: str) -> None:
    rows = make_rows(f"a{text}", other=text)
    stream = io.StringIO(newline="")
    CsvWriter(stream, LABELS, ("text", "other")).write(rows, make_predictions(rows))

    lines = io.StringIO(stream.getvalue(), newline="")
    cells = [cell for record in csv.reader(lines, delimiter=delimiter) for cell in record]

    assert [cell for cell in cells if cell.startswith(("=", "@"))] == []
