"""What a table of results shows on terminals of several widths."""

from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from tests.windvane.result_log.records import make_record
from windvane.cli.results.result_table import print_table
from windvane.result_log.record import ResultRecord

MODEL = "sentiment-minilm@be2cd40a8d8b"


def show(width: int, *records: ResultRecord) -> list[str]:
    stream = StringIO()
    print_table(records, Console(file=stream, width=width))
    return stream.getvalue().splitlines()


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (60, "label score id"),
        (80, "time (UTC) label score id"),
        (90, "time (UTC) label score feedback id"),
        (110, "time (UTC) label score feedback id text"),
        (200, "time (UTC) label score feedback chars model id text"),
    ],
)
def test_table_shows_what_has_room(width: int, titles: str) -> None:
    record = make_record(text="I love it " * 9, feedback_label="neutral", model=MODEL)

    header, row = show(width, record)

    assert " ".join(header.split()) == titles
    assert record.result_id in row
    assert max(cell_len(header), cell_len(row)) <= width


def test_table_shows_the_client_of_a_result() -> None:
    header, own, row = show(200, make_record(), make_record(client="mobile-app"))

    assert header.split() == ["time", "(UTC)", "label", "score", "chars", "model", "client", "id"]
    assert "mobile-app" in row
    assert "mobile-app" not in own


def test_table_marks_texts_in_another_language() -> None:
    header, own, row = show(200, make_record(language="en"), make_record(language="other"))

    assert "language" in header
    assert "other" in row
    assert " en " not in own


def test_table_has_no_column_that_is_empty() -> None:
    header, _ = show(200, make_record(language="en"))

    assert "language" not in header
    assert "feedback" not in header
    assert "text" not in header


@pytest.mark.parametrize("text", ["\x1b[31mred", "[bold]red[/]", "\u202ered", "界" * 300])
def test_table_is_not_moved_by_a_text(text: str) -> None:
    header, row = show(120, make_record(text=text))

    assert "\x1b" not in row
    assert "\u202e" not in row
    assert cell_len(row) <= 120
    assert header.startswith("time (UTC)")
