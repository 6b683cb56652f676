"""Files that people have, on the page: dropped, classified, and downloaded with their columns."""

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from tests.console.conftest import Visit
from tests.console.test_file_refusals import WORKBOOK
from tests.console.test_many_texts import choose_file, open_many, read_download, read_table
from windvane.cli.main import windvane

SEMICOLONS = (
    "id;stars;Text\r\n"
    "1;5;Schöner “Tag”, good\r\n"
    "2;1\r\n"
    "3;1;bad, and 5 € lost\r\n"
    "4;=HYPERLINK(1);good\r\n"
)


def drop_file(page: Page, name: str, content: bytes) -> None:
    dropped = page.evaluate_handle(
        """([name, bytes]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([Uint8Array.from(bytes)], name));
          return transfer;
        }""",
        [name, list(content)],
    )
    page.dispatch_event("#many-drop", "drop", {"dataTransfer": dropped})


def read_numbers(row: dict[str, str]) -> dict[str, str | float]:
    """Read the scores of a row: Python writes 0.0 where JavaScript writes 0."""
    return {name: float(row[name]) if "score_" in name else row[name] for name in row}


def classify(page: Page) -> None:
    page.get_by_role("button", name="Classify all").click()


@pytest.mark.parametrize("name", ["reviews.xlsx", "reviews.csv"])
def test_a_workbook_is_refused_and_nothing_is_classified(visit: Visit, name: str) -> None:
    page = open_many(visit)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    drop_file(page, name, WORKBOOK)

    expect(page.get_by_role("alert")).to_have_text(
        f"{name} is an Excel workbook: save it as CSV, or run 'windvane classify --input {name}'."
    )
    classify(page)
    expect(page.get_by_role("alert")).to_contain_text("There is nothing to classify yet")
    assert not any("/v1/classify" in url for url in asked)


def test_a_refused_file_does_not_leave_the_one_before_it(visit: Visit) -> None:
    page = open_many(visit)
    choose_file(page, "a.txt", "good\nbad")
    expect(page.locator("#many-source")).to_have_text("2 texts from a.txt.")

    choose_file(page, "a.xlsx", WORKBOOK)

    expect(page.get_by_role("alert")).to_contain_text("Excel workbook")
    expect(page.locator("#many-source")).to_be_empty()
    expect(page.get_by_label("One text a line")).to_be_enabled()


def test_a_spreadsheets_csv_is_classified_and_keeps_its_columns(visit: Visit) -> None:
    page = open_many(visit)

    drop_file(page, "reviews.csv", SEMICOLONS.encode("cp1252"))

    expect(page.locator("#many-source")).to_have_text(
        "3 texts from reviews.csv. It was read as Windows-1252, as it is not UTF-8. Its columns "
        "are parted by semicolons. 1 row cannot be read, the first in line 3: the row has 2 "
        "fields, the header 3."
    )
    classify(page)
    expect(page.locator("#many-heading")).to_have_text("3 texts answered, 1 refused")
    assert page.locator("#many-table th").all_inner_texts() == [
        *("Line", "Text", "Label", "Score", "id", "stars"),
    ]
    assert read_table(page)[0] == ["2", "Schöner “Tag”, good", "positive", "100.0\xa0%", "1", "5"]
    rows = read_download(page)
    assert list(rows[0]) == [
        *("id", "stars", "Text", "label", "score"),
        *("score_negative", "score_neutral", "score_positive", "language", "tokens", "windows"),
        *("result_id", "error"),
    ]
    assert [(row["id"], row["stars"], row["Text"], row["label"]) for row in rows] == [
        ("1", "5", "Schöner “Tag”, good", "positive"),
        ("", "", "", ""),
        ("3", "1", "bad, and 5 € lost", "negative"),
        ("4", "'=HYPERLINK(1)", "good", "positive"),
    ]
    assert rows[1]["error"] == "line 3: the row has 2 fields, the header 3"


def test_download_is_what_the_command_writes(
    visit: Visit, tiny_bundle: Path, tmp_path: Path
) -> None:
    content = 'label,score,text,predicted_label,note\n1,"a, b",good,x,"say ""so"""\n2,,bad,=1,-5\n'
    (tmp_path / "reviews.csv").write_text(content, encoding="utf-8")
    source = ["--input", str(tmp_path / "reviews.csv"), "--bundle", str(tiny_bundle)]
    written = CliRunner().invoke(windvane, ["classify", *source, "--to", "csv"])
    page = open_many(visit)

    choose_file(page, "reviews.csv", content)
    classify(page)

    expect(page.locator("#many-heading")).to_have_text("2 texts answered")
    expected = list(csv.DictReader(io.StringIO(written.stdout, newline="")))
    rows = [{name: row[name] for name in row if name != "result_id"} for row in read_download(page)]
    assert "predicted_predicted_label" in rows[0]
    assert [list(row) for row in rows] == [list(row) for row in expected]
    assert [read_numbers(row) for row in rows] == [read_numbers(row) for row in expected]


def test_a_column_is_chosen_where_none_is_named_text(visit: Visit) -> None:
    page = open_many(visit)
    choose_file(page, "a.csv", "title,opinion\nbad,good\n")

    classify(page)

    expect(page.get_by_role("alert")).to_have_text("Choose the column that holds the texts.")
    expect(page.get_by_label("Column with the texts")).to_be_focused()
    page.get_by_label("Column with the texts").select_option("opinion")
    classify(page)
    expect(page.locator("#many-table tbody")).to_contain_text("positive")


def test_the_only_column_is_taken(visit: Visit) -> None:
    page = open_many(visit)

    choose_file(page, "a.csv", "opinion\ngood\n")

    expect(page.get_by_label("Column with the texts")).to_be_hidden()
    classify(page)
    expect(page.locator("#many-heading")).to_have_text("1 text answered")


def test_json_keeps_its_other_columns(visit: Visit) -> None:
    page = open_many(visit)
    first = '{"text": "good", "id": 12345678901234567890, "tags": ["a", 1.0]}'
    choose_file(page, "a.json", f'[{first}, 7, {{"text": "bad", "__proto__": null, "note": "-x"}}]')

    classify(page)

    expect(page.locator("#many-heading")).to_have_text("2 texts answered, 1 refused")
    assert page.locator("#many-table th").first.inner_text() == "Element"
    rows = read_download(page)
    assert rows[0]["id"] == "12345678901234567890"
    assert rows[0]["tags"] == '["a",1.0]'
    assert rows[1]["error"] == "element 2: neither a text nor an object"
    assert (rows[2]["note"], rows[2]["id"], rows[2]["__proto__"]) == ("'-x", "", "")


def test_too_many_lines_are_refused_with_a_sentence(visit: Visit) -> None:
    page = open_many(visit)
    fault = (
        "The text has more than 200,000 rows; 'windvane classify --input' reads files of any size."
    )

    page.evaluate(
        """() => {
          const field = document.getElementById("many-text");
          field.value = "a\\n".repeat(200_001);
          field.dispatchEvent(new Event("input"));
        }"""
    )

    expect(page.locator("#many-source")).to_have_text(fault)
    classify(page)
    expect(page.get_by_role("alert")).to_have_text(fault)


def test_gzip_of_several_members_is_read_to_its_end(visit: Visit) -> None:
    member = gzip.compress(b"good day\n" * 9 + b"\x1f\x8b\x08\0 begins another, it seems\n", 0)
    page = open_many(visit)

    choose_file(page, "a.txt.gz", member * 3)

    expect(page.locator("#many-source")).to_contain_text("30 texts from a.txt.")


def test_a_wide_table_scrolls_by_itself(start_visit: Callable[..., Visit], server_url: str) -> None:
    visit = start_visit(server_url, viewport={"width": 320, "height": 740})
    page = open_many(visit)
    names = ",".join(f"column {i}" for i in range(40))
    choose_file(page, "a.csv", f"text,{names}\ngood{',x' * 40}\n")

    classify(page)

    expect(page.locator("#many-heading")).to_have_text("1 text answered")
    expect(page.locator("#many-table")).to_contain_text("The download has 10 columns more.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    table = page.get_by_role("region", name="Texts and their answers")
    table.focus()
    page.keyboard.press("End")
    assert len(read_download(page)[0]) == 41 + 9
