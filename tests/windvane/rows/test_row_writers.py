"""Predictions written beside the columns of their rows."""

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.windvane.rows.predictions import LABELS, make_predictions, make_rows
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.row import Row
from windvane.rows.row_writers import CsvWriter, JsonlWriter, name_results


def write_csv(rows: list[Row], *, raw: bool = False) -> str:
    stream = io.StringIO(newline="")
    output = CsvWriter(stream, LABELS, tuple(rows[0].columns), raw=raw)
    output.write(rows, make_predictions(rows))
    return stream.getvalue()


def write_jsonl(rows: list[Row]) -> list[dict[str, object]]:
    stream = io.StringIO(newline="")
    output = JsonlWriter(stream, tuple(rows[0].columns))
    output.write(rows, make_predictions(rows))
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_csv_writer_adds_label_and_scores() -> None:
    written = write_csv(make_rows("good", id="7"))

    assert written == (
        "text,id,label,score,score_negative,score_neutral,score_positive,language,tokens,windows\n"
        "good,7,positive,0.7,0.1,0.2,0.7,en,5,1\n"
    )


def test_jsonl_writer_adds_label_and_scores() -> None:
    [written] = write_jsonl(make_rows("good", id=7))

    assert written == {
        "text": "good",
        "id": 7,
        "label": "positive",
        "score": 0.7,
        "scores": {"negative": 0.1, "neutral": 0.2, "positive": 0.7},
        "language": "en",
        "tokens": 5,
        "windows": 1,
    }


def test_csv_writer_writes_what_json_holds() -> None:
    written = write_csv(make_rows("good", none=None, flag=True, number=1.5, items=["é"]))

    [record] = list(csv.DictReader(io.StringIO(written)))
    assert (record["none"], record["flag"], record["number"], record["items"]) == (
        "",
        "true",
        "1.5",
        '["é"]',
    )


def test_outputs_never_overwrite_a_column_of_the_input() -> None:
    rows = make_rows("good", label="mine", predicted_label="mine too")

    [record] = list(csv.DictReader(io.StringIO(write_csv(rows))))
    [written] = write_jsonl(rows)

    for row in (record, written):
        assert row["label"] == "mine"
        assert row["predicted_label"] == "mine too"
        assert row["predicted_predicted_label"] == "positive"
    output = CsvWriter(io.StringIO(), LABELS, tuple(rows[0].columns))
    assert output.renamed == {"label": "predicted_predicted_label"}


def test_name_results_leaves_names_that_are_free() -> None:
    assert name_results(("label", "score"), ["text"]) == {"label": "label", "score": "score"}


def test_csv_writer_has_no_place_for_a_column_that_comes_late() -> None:
    output = CsvWriter(io.StringIO(), LABELS, ("text",))
    [row] = make_rows("good", late=1)

    assert output.find_fault(row) == 'the first row lacks its column "late"'


def test_jsonl_writer_has_no_place_for_our_name_that_comes_late() -> None:
    output = JsonlWriter(io.StringIO(), ("text",))
    [clashing] = make_rows("good", label=1)
    [late] = make_rows("good", late=1)

    assert output.find_fault(clashing) == 'the first row lacks its column "label", so that is ours'
    assert output.find_fault(late) is None


# A file of which a twentieth are control characters is taken for a binary one.
visible_texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=20
).map("a{}".format)


@settings(deadline=None)
@given(st.lists(visible_texts, min_size=1, max_size=5))
def test_csv_writer_is_read_back_as_it_was(texts: list[str]) -> None:
    written = write_csv(make_rows(*texts), raw=True)

    records = list(read_texts(io.BytesIO(written.encode()), Reading(file_format="csv")).records)

    assert [getattr(record, "text", record) for record in records] == texts


@settings(deadline=None)
@given(st.lists(visible_texts, min_size=1, max_size=5))
def test_jsonl_writer_is_read_back_as_it_was(texts: list[str]) -> None:
    stream = io.StringIO(newline="")
    rows = make_rows(*texts)
    JsonlWriter(stream, ("text",)).write(rows, make_predictions(rows))

    content = io.BytesIO(stream.getvalue().encode())
    records = list(read_texts(content, Reading(file_format="jsonl")).records)

    assert [getattr(record, "text", record) for record in records] == texts


@pytest.mark.parametrize(("min_score", "label"), [(0.7, "positive"), (0.700001, None)])
def test_writers_leave_out_a_label_below_min_score(min_score: float, label: str | None) -> None:
    rows = make_rows("good")
    table, lines = io.StringIO(newline=""), io.StringIO()

    CsvWriter(table, LABELS, ("text",), min_score=min_score).write(rows, make_predictions(rows))
    JsonlWriter(lines, ("text",), min_score=min_score).write(rows, make_predictions(rows))

    [record] = list(csv.DictReader(io.StringIO(table.getvalue())))
    written = json.loads(lines.getvalue())
    assert (record["label"], record["score"]) == (label or "", "0.7")
    assert (written["label"], written["score"]) == (label, 0.7)
