"""The page says which language the model reads, and which recorded texts are in another."""

from playwright.sync_api import Page, Route, expect

from tests.console.conftest import Visit


def test_page_says_that_the_model_reads_english(page: Page) -> None:
    expect(page.get_by_text("The included model reads English only.")).to_be_visible()


def test_page_marks_a_recorded_text_in_another_language(visit: Visit) -> None:
    page = visit.open()
    page.get_by_label("Your text").fill("das ist gut")
    page.get_by_role("button", name="Classify", exact=True).click()
    expect(page.get_by_text("Read as")).to_be_visible()
    page.route("**/v1/results?*", _answer_other_language)

    page.get_by_role("tab", name="Results").click()

    expect(page.locator("article .id").first).to_contain_text("not the model's language, tiny@")


def _answer_other_language(route: Route) -> None:
    """Change the language of the server's answer; the tiny model has no language test."""
    response = route.fetch()
    body = response.json()
    for result in body["results"]:
        result["language"] = "other"
    route.fulfill(response=response, json=body)
