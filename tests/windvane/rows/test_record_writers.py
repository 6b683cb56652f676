"""Cells of CSV: numbers as JSON has them, everything else guarded."""

import io
import json
import math

import pytest

from windvane.rows.record_writers import build_record_writer


def write_cell(value: object) -> str:
    """Write a record of one field; returns its line."""
    stream = io.StringIO()
    build_record_writer(stream, "csv", ["column"])({"column": value})
    return stream.getvalue().splitlines()[1]


@pytest.mark.parametrize("number", [0, -3, 10**20, 0.5, -0.25, 1e-7, 1e22, 0.1 + 0.2])
def test_number_is_written_as_json_has_it(number: float) -> None:
    assert write_cell(number) == json.dumps(number)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        pytest.param(True, "true", id="a boolean is not a number"),
        pytest.param(None, '""', id="none is empty"),
        pytest.param(-math.inf, "'-Infinity", id="what is no number is guarded"),
        pytest.param("=1+1", "'=1+1", id="a formula is guarded"),
        pytest.param({"a": 1}, '"{""a"": 1}"', id="an object is JSON"),
    ],
)
def test_other_values_are_json_and_guarded(value: object, cell: str) -> None:
    assert write_cell(value) == cell
