"""Many texts: lines and files, through the server in batches, to a table and a download."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.console.conftest import Visit

BUSY = {"status": 503, "headers": {"Retry-After": "0"}, "content_type": "application/problem+json"}
BUSY_BODY = '{"title": "Too many requests are waiting", "detail": ""}'


def open_many(visit: Visit) -> Page:
    page = visit.open("/#many")
    expect(page.locator("#many:not([inert])")).to_be_visible()
    return page


def classify_lines(page: Page, lines: list[str]) -> None:
    page.get_by_label("One text a line").fill("\n".join(lines))
    page.get_by_role("button", name="Classify all").click()


def choose_file(page: Page, name: str, text: str | bytes) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    page.locator("#many-file").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": content}
    )


def read_table(page: Page) -> list[list[str]]:
    rows = page.locator("#many-table tbody tr")
    return [row.locator("td").all_inner_texts() for row in rows.all()]


def read_download(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as started:
        page.get_by_role("button", name="Download as CSV").click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def fail_first(times: int, answer: dict[str, Any]) -> Callable[[Route], None]:
    """Answer the first requests so, and let the server answer those after them."""
    left = [answer] * times

    def handle(route: Route) -> None:
        if left:
            route.fulfill(**left.pop())
        else:
            route.continue_()

    return handle


def test_a_batch_with_too_many_tokens_is_sent_in_halves(visit: Visit) -> None:
    visit.allowed = "422"
    page = open_many(visit)

    classify_lines(page, ["!a" * 5_000] * 9)

    expect(page.locator("#many-heading")).to_have_text("9 texts answered")
    assert {row[2] for row in read_table(page)} == {"neutral"}


def test_labels_below_the_score_of_the_field_are_left_out(visit: Visit) -> None:
    page = open_many(visit)
    page.locator("#many").get_by_label("Labels from a score of").fill("1")

    classify_lines(page, ["good", "bad"])

    expect(page.locator("#many-heading")).to_have_text("2 texts answered")
    rows = read_download(page)
    assert [row["label"] for row in rows] == ["", ""]
    assert all(0.9 < float(row["score"]) < 1 for row in rows)


def test_a_score_that_is_none_is_refused_before_anything_is_sent(visit: Visit) -> None:
    page = open_many(visit)
    page.locator("#many").get_by_label("Labels from a score of").fill("1.5")

    classify_lines(page, ["good"])

    expect(page.locator("#many-score")).to_be_focused()
    expect(page.locator("#many-answer")).to_be_hidden()


def test_many_lines_are_counted_drawn_and_listed(visit: Visit) -> None:
    page = open_many(visit)
    lines = ["good", "bad <b>x</b>", "table", "", "good good"] * 7

    classify_lines(page, lines)

    expect(page.locator("#many-heading")).to_have_text("28 texts answered")
    expect(page.locator("#many-heading")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("Done: 28 texts answered")
    counts = page.locator("#many-counts li").all_inner_texts()
    assert [" ".join(count.split()) for count in counts] == [
        "negative 7 (25.0 %)",
        "neutral 7 (25.0 %)",
        "positive 14 (50.0 %)",
    ]
    histogram = page.get_by_role("img", name="Histogram of 28 scores; most, 28, are from 90 to")
    assert histogram.locator("rect").count() == 3
    assert len(read_table(page)) == 28
    assert read_table(page)[1][:3] == ["2", "bad <b>x</b>", "negative"]


def test_batches_keep_the_servers_limits(visit: Visit) -> None:
    page = open_many(visit)
    sizes: list[int] = []
    page.on("request", lambda asked: _note_size(sizes, asked.url, asked.post_data_json))

    classify_lines(page, ["good"] * 25)

    expect(page.locator("#many-heading")).to_have_text("25 texts answered")
    assert sizes == [10, 10, 5]


def test_csv_with_quotes_and_bad_rows_is_classified(visit: Visit) -> None:
    page = open_many(visit)
    rows = [
        "id,review,stars",
        '1,"good, ""really""\nand truly",5',
        "2,bad",
        "3,,1",
        '4,"bad, very",1',
    ]
    choose_file(page, "reviews.csv", "\r\n".join(rows))
    expect(page.locator("#many-source")).to_have_text(
        "3 texts from reviews.csv. 1 row cannot be read, the first in line 4: the row has 2 "
        "fields, the header 3."
    )
    assert (
        page.get_by_label("Column with the texts").evaluate(
            "select => select.selectedOptions[0].text"
        )
        == "review"
    )

    page.get_by_role("button", name="Classify all").click()

    expect(page.locator("#many-heading")).to_have_text("2 texts answered, 2 refused")
    assert read_table(page) == [
        ["2", 'good, "really" and truly', "positive", "100.0\xa0%", "1", "5"],
        ["4", "", "Refused: the row has 2 fields, the header 3", "", ""],
        ["5", "", "Refused: not blank", "3", "1"],
        ["6", "bad, very", "negative", "100.0\xa0%", "4", "1"],
    ]


def test_another_column_may_be_chosen(visit: Visit) -> None:
    page = open_many(visit)
    choose_file(page, "a.csv", "text;title\nbad;good\n")

    page.get_by_label("Column with the texts").select_option("title")
    page.get_by_role("button", name="Classify all").click()

    expect(page.locator("#many-table tbody")).to_contain_text("positive")


def test_json_lines_are_classified(visit: Visit) -> None:
    page = open_many(visit)
    choose_file(page, "a.jsonl", '{"text": "good"}\n{"text": 7}\nno json\n"bad"\n')

    page.get_by_role("button", name="Classify all").click()

    expect(page.locator("#many-heading")).to_have_text("2 texts answered, 2 refused")
    assert [row[2] for row in read_table(page)] == [
        "positive",
        "Refused: not a string",
        "Refused: malformed JSON",
        "negative",
    ]


def test_a_file_that_is_not_utf_8_is_read_all_the_same(visit: Visit) -> None:
    page = open_many(visit)

    choose_file(page, "a.txt", "caf\xe9 good".encode("cp1252"))

    expect(page.locator("#many-source")).to_contain_text("read as Windows-1252")
    page.get_by_role("button", name="Classify all").click()
    expect(page.locator("#many-table tbody")).to_contain_text("café good")


def test_a_file_may_be_dropped_and_forgotten(visit: Visit) -> None:
    page = open_many(visit)
    dropped = page.evaluate_handle(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(["good\\nbad"], "dropped.txt"));
          return transfer;
        }"""
    )

    page.dispatch_event("#many-drop", "drop", {"dataTransfer": dropped})

    expect(page.locator("#many-source")).to_have_text("2 texts from dropped.txt.")
    page.get_by_role("button", name="Forget the file").click()
    expect(page.locator("#many-source")).to_be_empty()
    expect(page.get_by_label("One text a line")).to_be_enabled()


def test_download_holds_every_row_and_no_formula(visit: Visit) -> None:
    page = open_many(visit)
    texts = ["=1+1 good", "-2 bad", "@x", 'say "good", now', "it's bad"]
    classify_lines(page, texts)
    expect(page.locator("#many-heading")).to_have_text("5 texts answered")

    rows = read_download(page)

    assert list(rows[0]) == [
        *("text", "label", "score", "score_negative", "score_neutral", "score_positive"),
        *("language", "tokens", "windows", "result_id"),
    ]
    assert [row["text"] for row in rows] == ["'=1+1 good", "'-2 bad", "'@x", *texts[3:]]
    assert [row["label"] for row in rows] == [
        *("positive", "negative", "neutral", "positive", "negative")
    ]
    assert float(rows[0]["score_positive"]) == float(rows[0]["score"]) > 0.99
    assert len({row["result_id"] for row in rows}) == 5


def test_a_busy_server_is_asked_again(visit: Visit) -> None:
    visit.allowed = "status of 503"
    page = open_many(visit)
    page.route("**/v1/classify", fail_first(2, {**BUSY, "body": BUSY_BODY}))

    classify_lines(page, ["good"] * 12)

    expect(page.locator("#many-heading")).to_have_text("12 texts answered")


def test_what_failed_can_be_gone_on_with(visit: Visit) -> None:
    visit.allowed = "status of 502"
    page = open_many(visit)
    page.route("**/v1/classify", fail_first(1, {"status": 502, "body": ""}))
    classify_lines(page, ["good", "bad"])
    expect(page.locator("#many-alert")).to_contain_text("2 texts of 2 are left.")

    page.get_by_role("button", name="Go on with them").click()

    expect(page.locator("#many-heading")).to_have_text("2 texts answered")
    expect(page.locator("#many-alert")).to_be_hidden()


def test_cancelling_keeps_what_is_answered(visit: Visit) -> None:
    page = open_many(visit)
    held: list[Route] = []
    page.route("**/v1/classify", lambda route: _hold_after_first(held, route))

    classify_lines(page, ["good"] * 30)
    expect(page.locator("#many-state")).to_have_text("10 of 30 texts")
    page.get_by_role("button", name="Cancel").click()

    expect(page.locator("#many-alert")).to_contain_text("Cancelled. 20 texts of 30 are left.")
    expect(page.locator("#many-heading")).to_have_text("10 texts answered")


def test_ten_thousand_rows_are_paged_filtered_and_ordered(visit: Visit) -> None:
    visit.page.route("**/v1/model", _raise_limits)
    page = open_many(visit)
    page.route("**/v1/classify", _answer_from_the_test)
    choose_file(page, "a.txt", "\n".join(f"text {i}" for i in range(10_000)))

    page.get_by_role("button", name="Classify all").click()

    expect(page.locator("#many-heading")).to_have_text("10,000 texts answered")
    assert len(read_table(page)) == 50
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".pager")).to_contain_text("51 to 100 of 10,000 texts")
    assert read_table(page)[0][0] == "51"
    page.get_by_label("Show").select_option("negative")
    expect(page.locator(".pager")).to_contain_text("1 to 50 of 100 texts")
    page.get_by_label("Show").select_option("All texts")
    page.get_by_label("Order").select_option("Least sure first")
    assert read_table(page)[0][2:] == ["negative", "50.0\xa0%"]


def _note_size(sizes: list[int], url: str, body: Any) -> None:
    if url.endswith("/v1/classify"):
        sizes.append(len(body["texts"]))


def _hold_after_first(held: list[Route], route: Route) -> None:
    held.append(route)
    if len(held) == 1:
        route.continue_()


def _raise_limits(route: Route) -> None:
    model = route.fetch().json()
    model["limits"]["max_batch_texts"] = 2500
    route.fulfill(json=model)


def _answer_from_the_test(route: Route) -> None:
    negative = {"label": "negative", "score": 0.5, "scores": {"negative": 0.5, "neutral": 0.5}}
    neutral = {"label": "neutral", "score": 0.9, "scores": {"negative": 0.1, "neutral": 0.9}}
    texts = json.loads(route.request.post_data or "")["texts"]
    results = [negative if text.endswith("77") else neutral for text in texts]
    route.fulfill(json={"model": {"name": "test", "version": "1"}, "results": results})


def test_texts_without_a_label_are_counted_listed_and_downloaded(visit: Visit) -> None:
    page = open_many(visit)
    page.route("**/v1/classify", _take_first_label)

    classify_lines(page, ["good", "bad", "bad"])

    expect(page.locator("#many-heading")).to_have_text("3 texts answered")
    expect(page.locator("#many-counts li").last).to_contain_text("no label1 (33.3 %)")
    assert [row[2] for row in read_table(page)] == ["no label", "negative", "negative"]
    page.get_by_label("Show").select_option("No label")
    assert [row[1] for row in read_table(page)] == ["good"]
    assert [row["label"] for row in read_download(page)] == ["", "negative", "negative"]


def _take_first_label(route: Route) -> None:
    response = route.fetch()
    body = response.json()
    body["results"][0]["label"] = None
    route.fulfill(response=response, json=body)
