"""Pages of results that hold as much as one response of a function does."""

import json
from typing import Any

import pytest

from tests.windvane.api.clients import LambdaClient
from tests.windvane.result_log.records import make_record
from windvane.api.results.page_size import cut_page
from windvane.facts import DEFAULT_MAX_TEXT_CHARS, MAX_RESPONSE_BYTES
from windvane.result_log.query import MAX_LIMIT, ResultPage
from windvane.result_log.record import ResultRecord
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog

HEADERS_BYTES = 10_000
TEXTS = [
    "\U0001f600",
    '"',
    "\\",
    "\x01",
    "\u00e9",
    "\u4e00",
    "a",
    "\x7f",
    "\u2028",
    '"\U0001f600\\\n',
]


def write_records(log: SqliteResultLog, text: str) -> list[ResultRecord]:
    """Write as many records as a page may have, each with the longest text; newest first."""
    longest = (text * DEFAULT_MAX_TEXT_CHARS)[:DEFAULT_MAX_TEXT_CHARS]
    records = [make_record(text=longest) for _ in range(MAX_LIMIT)]
    log.write(records)
    return sorted(records, key=lambda record: record.result_id, reverse=True)


def list_pages(client: LambdaClient) -> list[dict[str, Any]]:
    """List all, and check the size of every response as Lambda encodes it."""
    pages: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = client.send("GET", f"/v1/results?limit={MAX_LIMIT}{cursor}")
        response = {"statusCode": 200, "multiValueHeaders": answer.headers, "body": answer.body}
        for ensure_ascii in (True, False):  # Lambda's runtimes differ
            encoded = json.dumps(response, ensure_ascii=ensure_ascii).encode()
            assert len(encoded) <= MAX_RESPONSE_BYTES - HEADERS_BYTES
        pages.append(answer.json)
        cursor = f"&cursor={pages[-1]['cursor']}" if "cursor" in pages[-1] else None
    return pages


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_pages_of_the_longest_texts_fit_and_leave_nothing_out(
    log_client: LambdaClient, result_log: SqliteResultLog, text: str
) -> None:
    records = write_records(result_log, text)

    pages = list_pages(log_client)

    listed = [record["result_id"] for page in pages for record in page["results"]]
    assert listed == [record.result_id for record in records]
    assert min(len(page["results"]) for page in pages[:-1] or pages) > 40


def test_page_that_fits_stays_as_it_is() -> None:
    page = ResultPage([make_record() for _ in range(MAX_LIMIT)], None, 1, ("a",))

    assert cut_page(page) is page


def test_page_that_is_cut_keeps_its_counts() -> None:
    records = [make_record(text="\x01" * 600_000) for _ in range(3)]

    cut = cut_page(ResultPage(records, None, 1, ("a",)))

    assert cut == ResultPage(records[:1], records[0].result_id, 1, ("a",))


def test_page_has_one_result_at_least() -> None:
    records = [make_record(text="\x01" * 1_000_000) for _ in range(2)]

    cut = cut_page(ResultPage(records))

    assert cut.results == records[:1]


def test_largest_item_of_a_table_fits() -> None:
    record = make_record(text="\x01" * 400_000)

    assert cut_page(ResultPage([record])).results == [record]
