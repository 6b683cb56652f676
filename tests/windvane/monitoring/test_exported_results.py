"""Rows of an exported file that are no result."""

from io import BytesIO
from typing import Any

import msgspec
import pytest

from windvane.monitoring.exported_results import ExportedResults

RESULT: dict[str, Any] = {
    "label": "neutral",
    "score": 0.5,
    "tokens": 3,
    "chars": 4,
    "model": "tiny@0123456789ab",
    "created_at": "2026-11-22T09:30:00.000Z",
}


def read(**changes: Any) -> tuple[int, int]:
    """Count the results and the rows that are none, of two rows, the first with changes."""
    lines = [msgspec.json.encode({**RESULT, **changes}), msgspec.json.encode(RESULT)]
    stream = BytesIO(b"\n".join(lines))
    results = ExportedResults(stream, lambda *_: None)
    return len(list(results)), results.unusable


@pytest.mark.parametrize(
    "changes",
    [
        {"score": "nan"},
        {"score": "inf"},
        {"score": -0.1},
        {"tokens": 2**60},
        {"created_at": "2026-99-99T99:99Z"},
        {"created_at": "2026-02-30T10:00:00Z"},
        {"created_at": "\u0662\u0660\u0662\u0666-11-22T10:00:00Z"},
        {"created_at": "2026-11-22"},
        {"language": "\x1b[31m"},
    ],
    ids=str,
)
def test_row_that_breaks_a_rule_is_counted_and_left_out(changes: dict[str, Any]) -> None:
    assert read(**changes) == (1, 1)


def test_rows_as_an_export_writes_them_are_all_read() -> None:
    assert read(created_at="9999-12-31T23:59:59Z", language="pt-BR") == (2, 0)
