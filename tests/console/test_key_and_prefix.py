"""The page behind API Gateway: a stage in the path, and a key for what is not open."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Visit
from tests.console.gateway import KEY


@pytest.fixture
def visit(start_visit: Callable[..., Visit], gateway_url: str) -> Visit:
    visit = start_visit(gateway_url)
    visit.allowed = "status of 403"
    return visit


def open_without_key(visit: Visit, address: str = "/") -> Page:
    """Open the page, whose first request is refused."""
    page = visit.open(address)
    expect(page.locator("#model")).to_contain_text("tiny@")
    return page


def classify(page: Page, text: str = "good") -> None:
    page.get_by_label("Your text").fill(text)
    page.get_by_role("button", name="Classify", exact=True).click()


def give_key(page: Page, key: str) -> None:
    dialog = page.get_by_role("dialog", name="API key")
    dialog.get_by_label("Key").fill(key)
    dialog.get_by_role("button", name="Use this key").click()


def test_page_asks_for_the_key_when_it_is_needed_and_goes_on(visit: Visit) -> None:
    page = open_without_key(visit)
    expect(page.get_by_role("dialog")).to_be_hidden()

    classify(page)
    expect(page.get_by_role("dialog")).to_contain_text("only those who have a key")
    expect(page.get_by_role("dialog").get_by_label("Key")).to_be_focused()
    give_key(page, "wrong")
    expect(page.get_by_role("dialog")).to_contain_text("That key was not accepted.")
    give_key(page, KEY)

    expect(page.locator("#one-heading")).to_contain_text("positive")
    expect(page.locator("#one-tinted mark")).to_have_text("good")


def test_key_is_kept_for_the_tab_alone(visit: Visit, start_visit: Callable[..., Visit]) -> None:
    page = open_without_key(visit)
    classify(page)
    give_key(page, KEY)
    expect(page.locator("#one-heading")).to_contain_text("positive")

    page.reload()
    classify(page, "bad")
    expect(page.locator("#one-heading")).to_contain_text("negative")

    with page.context.expect_page() as opened:
        page.evaluate("window.open(document.baseURI, '_blank', 'noopener')")
    assert opened.value.evaluate("Object.keys(sessionStorage)") == []
    assert page.evaluate("[document.cookie, Object.keys(localStorage)]") == ["", []]


def test_key_can_be_forgotten(visit: Visit) -> None:
    page = open_without_key(visit)
    classify(page)
    give_key(page, KEY)
    expect(page.locator("#one-heading")).to_contain_text("positive")

    page.get_by_role("button", name="API key").click()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    classify(page)

    expect(page.get_by_role("dialog")).to_contain_text("only those who have a key")
    assert page.evaluate("Object.keys(sessionStorage)") == []


def test_who_gives_no_key_is_told_that_one_is_needed(visit: Visit) -> None:
    page = open_without_key(visit)
    classify(page)

    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#one-alert")).to_contain_text("A valid API key is needed.")


@pytest.mark.parametrize("address", ["", "/", "#many", "/#many"])
def test_page_works_below_a_stage(visit: Visit, address: str) -> None:
    page = open_without_key(visit, address)

    assert page.evaluate("document.baseURI") == f"{visit.url}/"
    page.get_by_role("tab", name="Many texts").click()
    expect(page.get_by_label("One text a line")).to_be_visible()
    assert page.url == f"{visit.url}/#many"


def test_skip_link_stays_on_the_page(visit: Visit) -> None:
    page = open_without_key(visit, "")
    page.get_by_label("Your text").fill("kept")

    page.keyboard.press("Shift+Tab")
    page.get_by_role("link", name="Skip to the main part").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()
    expect(page.get_by_label("Your text")).to_have_value("kept")
