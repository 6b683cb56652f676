"""The page says which language the model reads."""

from playwright.sync_api import Page, expect


def test_page_says_that_the_model_reads_english(page: Page) -> None:
    expect(page.get_by_text("The included model reads English only.")).to_be_visible()
