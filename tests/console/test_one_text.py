"""One text: label, scores and tints."""

import re

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.console.conftest import Visit


def classify(page: Page, text: str) -> None:
    page.get_by_label("Your text").fill(text)
    page.get_by_role("button", name="Classify", exact=True).click()


def test_page_shows_label_scores_time_and_model(page: Page, server_url: str) -> None:
    classify(page, "a good day")

    expect(page.get_by_role("heading", name="positive 100.0 %")).to_be_visible()
    expect(page.locator("#one-scores li")).to_contain_text(["negative", "neutral", "positive"])
    facts = page.locator("#one-facts")
    expect(facts).to_contain_text(re.compile(r"Took\d+ ms in this browser"))
    expect(facts).to_contain_text(re.compile(r"Modeltiny@[0-9a-f]{12}"))
    [result_id] = re.findall(r"Result([0-9a-f-]{36})", facts.inner_text().replace("\n", ""))
    assert httpx.get(f"{server_url}/v1/results/{result_id}").json()["text"] == "a good day"


def test_page_tints_the_word_that_made_the_label(page: Page) -> None:
    classify(page, "a good day")

    mark = page.locator("#one-tinted mark")
    expect(mark).to_have_text("good")
    expect(mark).to_have_attribute("title", re.compile(r"^\+\d+\.\d for positive$"))
    assert mark.evaluate("mark => getComputedStyle(mark).textDecorationLine") == "underline"
    page.get_by_text("Every word with its number").click()
    expect(page.locator("#one-words tbody tr").first).to_contain_text(re.compile(r"good\+\d+\.\d"))


def test_page_tints_the_right_word_after_characters_outside_the_basic_plane(page: Page) -> None:
    classify(page, "\U0001f600\U0001f600 \U0001d49c bad \U0001f600")

    expect(page.locator("#one-tinted mark.for")).to_have_text("bad")
    expect(page.locator("#one-tinted")).to_have_text(
        "\U0001f600\U0001f600 \U0001d49c bad \U0001f600"
    )


def test_page_shows_html_as_text(page: Page) -> None:
    run = "document.title='broken'"
    text = f'good <img src=x onerror="{run}"><script>{run}</script>'

    classify(page, text)

    expect(page.locator("#one-tinted mark").first).to_be_visible()
    assert page.locator("#one-tinted").inner_text() == text
    assert page.locator("main img, main script").count() == 0
    assert page.title() == "Windvane"


def test_page_offers_examples(page: Page) -> None:
    example = page.locator("#one-examples button").first

    example.click()

    expect(page.get_by_label("Your text")).to_have_value(example.inner_text())
    expect(page.locator("#one-answer")).to_be_visible()


def test_page_says_which_rule_a_text_breaks(page: Page) -> None:
    classify(page, "g" * 10_001)

    expect(page.locator("#one-alert")).to_contain_text("at most 10000 characters")


def test_page_asks_for_a_text_where_there_is_none(page: Page) -> None:
    classify(page, "  ")

    expect(page.locator("#one-alert")).to_contain_text("type a text first")
    expect(page.get_by_label("Your text")).to_be_focused()


def test_page_answers_without_tints_when_a_text_is_not_explained(visit: Visit) -> None:
    visit.allowed = "status of 422"
    page = visit.open()

    classify(page, "good " * 500)

    expect(page.locator("#one-heading")).to_contain_text("positive")
    expect(page.locator("#one-legend")).to_contain_text("The words are not tinted.")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ({"status": 502, "body": "<html>"}, "The server answered with status 502."),
        (None, "The server cannot be reached. Check the connection, then try again."),
    ],
    ids=["no-problem-document", "no-answer"],
)
def test_page_says_in_words_what_failed(
    visit: Visit, answer: dict[str, object] | None, sentence: str
) -> None:
    def fail(route: Route) -> None:
        if answer is None:
            route.abort()
        else:
            route.fulfill(**answer)  # type: ignore[arg-type] # the keywords of Playwright

    visit.allowed = "Failed to load resource"
    page = visit.open()
    page.route("**/v1/classify", fail)

    classify(page, "good")

    expect(page.locator("#one-alert")).to_have_text(sentence)


def test_page_is_worked_by_keyboard_alone(page: Page) -> None:
    press = page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="Skip to the main part")).to_be_focused()
    press("Tab")
    expect(page.get_by_role("tab", name="One text")).to_be_focused()
    press("Tab")
    expect(page.get_by_label("Your text")).to_be_focused()

    page.keyboard.type("bad")
    press("Control+Enter")
    expect(page.locator("#one-heading")).to_contain_text("negative")
    expect(page.get_by_role("status")).to_have_text("negative, 100.0 %.")

    press("Shift+Tab")
    press("ArrowRight")
    expect(page.get_by_role("tab", name="Many texts")).to_be_focused()
    expect(page.get_by_label("One text a line")).to_be_visible()
    press("End")
    expect(page.get_by_role("tab", name="Results")).to_have_attribute("aria-selected", "true")


def test_page_says_which_text_has_no_label_and_is_in_another_language(page: Page) -> None:
    page.route("**/v1/classify", _make_unsure)

    classify(page, "a good day")

    expect(page.get_by_role("heading", name="no label 100.0 %")).to_be_visible()
    expect(page.locator("#one-facts")).to_contain_text("below this server's min_score")
    expect(page.locator("#one-facts")).to_contain_text(
        "not the model's: the label may mean nothing"
    )


def _make_unsure(route: Route) -> None:
    response = route.fetch()
    body = response.json()
    body["results"][0] |= {"label": None, "language": "other"}
    route.fulfill(response=response, json=body)
