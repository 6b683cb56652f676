"""The page says which language the model reads, and when a text is in another."""

import json
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.console.conftest import Visit


def answer_other_language(route: Route) -> None:
    """Change the language of the server's answer; the tiny model has no language test."""
    response = route.fetch()
    answer: dict[str, Any] = response.json()
    for result in answer["results"]:
        result["language"] = "other"
    route.fulfill(response=response, body=json.dumps(answer))


def test_page_says_that_the_model_reads_english(page: Page) -> None:
    expect(page.get_by_text("The included model reads English only.")).to_be_visible()


def test_page_marks_a_text_in_another_language(visit: Visit) -> None:
    page = visit.open()
    page.route("**/v1/classify", answer_other_language)
    page.route("**/v1/results?*", answer_other_language)
    page.get_by_label("Your text").fill("das ist gut")

    page.get_by_role("button", name="Classify", exact=True).click()

    expect(page.get_by_text("not the model's: the label may mean nothing")).to_be_visible()
    page.get_by_role("tab", name="Results").click()
    expect(page.locator("article .id").first).to_contain_text("not the model's language, tiny@")


def test_page_needs_no_word_for_a_text_whose_language_is_not_told(page: Page) -> None:
    page.get_by_label("Your text").fill("good")

    page.get_by_role("button", name="Classify", exact=True).click()

    expect(page.get_by_text("Read as")).to_be_visible()
    expect(page.get_by_text("the label may mean nothing")).to_be_hidden()
