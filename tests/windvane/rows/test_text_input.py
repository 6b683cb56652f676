"""Texts from the command line, and batches."""

from windvane.rows.reading import Reading
from windvane.rows.row import Reject, Row
from windvane.rows.text_input import batch_records, build_text_input


def test_build_text_input_numbers_texts() -> None:
    records = list(build_text_input(["good", " ", "bad"], Reading()).records)

    assert records == [
        Row(1, "good", {"text": "good"}),
        Reject(2, "the text breaks a rule: not blank"),
        Row(3, "bad", {"text": "bad"}),
    ]


def test_batch_records_keeps_the_order_and_limits_the_count() -> None:
    rows = [Row(line, "a", {}) for line in range(600)]

    parts = list(batch_records(iter(rows)))

    assert [len(part) for part in parts] == [256, 256, 88]
    assert [row for part in parts for row in part] == rows


def test_batch_records_limits_the_characters() -> None:
    rows = [Row(line, "a" * 600_000, {}) for line in range(4)]

    parts = list(batch_records(iter(rows)))

    assert [len(part) for part in parts] == [2, 2]
