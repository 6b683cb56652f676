"""CSV as the page reads it."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.windvane.rows.formula_cases import FORMULA_CASES


@pytest.fixture(scope="module")
def page(browser: Browser, server_url: str) -> Iterator[Page]:
    """Open the page once: no test here changes it."""
    page = browser.new_page()
    page.goto(server_url)
    yield page
    page.close()


def parse(page: Page, text: str) -> Any:
    return page.evaluate(
        """async text => {
          const { parseCsv } = await import(new URL('console/csv.js', document.baseURI));
          const { header, rows } = parseCsv(text);
          return { header, rows: [...rows].map(({ values, error }) => values ?? error) };
        }""",
        text,
    )


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        ("a,b\n1,2\n", ["a", "b"], [["1", "2"]]),
        ("a,b\r\n1,2", ["a", "b"], [["1", "2"]]),
        ('a,b\n"x, y","say ""so"""\n', ["a", "b"], [["x, y", 'say "so"']]),
        ('a,b\n"one\r\ntwo",2\n', ["a", "b"], [["one\r\ntwo", "2"]]),
        ("a;b\n1,5;2\n", ["a", "b"], [["1,5", "2"]]),
        ("a\tb\n1\t2\n", ["a", "b"], [["1", "2"]]),
        ("a,b\n1,\n,\n", ["a", "b"], [["1", ""], ["", ""]]),
        ("a\n1\n\n2\n", ["a"], [["1"], [""], ["2"]]),
        ("a,b\n1,2\n\n3,4\n", ["a", "b"], [["1", "2"], ["3", "4"]]),
        ("a,b\n1,2\n3,", ["a", "b"], [["1", "2"], ["3", ""]]),
        ('a,b\n1,a 5" screen\n', ["a", "b"], [["1", 'a 5" screen']]),
        ("", [], []),
        ("a,b", ["a", "b"], []),
    ],
)
def test_parse_csv_reads(page: Page, text: str, header: list[str], rows: list[list[str]]) -> None:
    parsed = parse(page, text)

    assert parsed == {"header": header, "rows": rows}


def test_parse_csv_says_what_is_wrong_with_a_row_and_reads_on(page: Page) -> None:
    parsed = parse(page, 'a,b\n1,2,3\n"x"y,2\nx\ry,2\n4,"never closed\n5,6\n')

    assert parsed["rows"] == [
        "the row has 3 fields, the header 2; quote a field that holds the delimiter",
        "malformed CSV: text follows a closing quote",
        "malformed CSV: there is a carriage return outside quotes",
        "malformed CSV: a quote is opened and never closed",
        ["5", "6"],
    ]


@pytest.mark.parametrize("row", ['"a', '"a""', 'a,"', '"""a,', '""""a'])
def test_parse_csv_reads_malformed_quotes_in_linear_time(page: Page, row: str) -> None:
    parsed = parse(page, "a,b\n" + f"{row}\n" * 100_000)

    assert len(parsed["rows"]) >= 1


def test_page_guards_against_formulas_as_the_commands_do(page: Page) -> None:
    written = page.evaluate(
        "async rows => (await import(new URL('console/csv.js', document.baseURI))).toCsv(rows)",
        [[cell] for cell in FORMULA_CASES],
    )

    cells = [record[0] if record else "" for record in csv.reader(io.StringIO(written, newline=""))]
    assert cells == list(FORMULA_CASES.values())
