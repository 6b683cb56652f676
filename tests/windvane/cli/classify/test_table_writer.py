"""The table that a person reads."""

import io

from tests.windvane.rows.predictions import LABELS, make_predictions, make_rows
from windvane.cli.classify.table_writer import TableWriter


def write_table(*blocks: list[str]) -> str:
    stream = io.StringIO()
    output = TableWriter(stream, LABELS)
    for texts in blocks:
        rows = make_rows(*texts)
        output.write(rows, make_predictions(rows))
    return stream.getvalue()


def test_table_writer_shows_label_scores_and_text() -> None:
    header, row = write_table(["a good day"]).splitlines()

    assert header.split() == ["label", "negative", "neutral", "positive", "text"]
    assert row.split() == ["positive", "0.10", "0.20", "0.70", "a", "good", "day"]


def test_table_writer_continues_from_batch_to_batch() -> None:
    lines = write_table(["one", "a longer text"], ["two"]).splitlines()

    assert len(lines) == 4
    assert lines[1].index("one") == lines[3].index("two") == lines[0].index("text")


def test_table_writer_keeps_each_text_on_its_line() -> None:
    lines = write_table(["word " * 100]).splitlines()

    assert len(lines) == 2
    assert lines[1].endswith("…")


def test_table_writer_shows_markup_and_control_characters_as_text() -> None:
    written = write_table(["[red]x[/] \x1b[2J\r\ny\u202ez"])

    assert "[red]x[/]  [2J  y z" in written


def test_table_writer_shows_no_label_below_min_score() -> None:
    stream = io.StringIO()
    rows = make_rows("a good day")

    TableWriter(stream, LABELS, min_score=0.8).write(rows, make_predictions(rows))

    assert stream.getvalue().splitlines()[1].split()[:2] == ["-", "0.10"]
