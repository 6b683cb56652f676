"""Recent results: listed, filtered, corrected and deleted."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Visit


@pytest.fixture(scope="module")
def result_ids(server_url: str) -> list[str]:
    """Thirty results, of which ten are negative."""
    with httpx.Client(base_url=server_url) as client:
        batches = [[f"good {i}" for i in range(10)], [f"bad <i>{i}</i>" for i in range(10)]]
        answers = [client.post("/v1/classify", json={"texts": b}) for b in [*batches, batches[0]]]
    return [result["result_id"] for answer in answers for result in answer.json()["results"]]


@pytest.fixture
def page(visit: Visit, result_ids: list[str]) -> Page:
    page = visit.open("/#results")
    expect(page.locator("article")).to_have_count(20)
    return page


def read_result(server_url: str, result_id: str) -> httpx.Response:
    return httpx.get(f"{server_url}/v1/results/{result_id}")


def test_results_are_listed_and_more_on_demand(page: Page) -> None:
    expect(page.locator("article").first).to_contain_text("good")

    page.get_by_role("button", name="Show more").click()

    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    assert page.locator("article").count() > 20
    expect(page.locator("article h3").nth(20)).to_be_focused()


def test_results_are_filtered_by_label(page: Page) -> None:
    page.get_by_label("Label", exact=True).select_option("negative")

    expect(page.locator("article")).to_have_count(10)
    expect(page.locator("article .text").first).to_contain_text("<i>")
    assert page.locator("article i").count() == 0


def test_results_are_filtered_by_day(page: Page) -> None:
    page.get_by_label("Up to and including").fill("2020-01-01")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page.locator("#results-list")).to_have_text("No result is recorded that fits.")

    page.get_by_label("From").fill("2020-01-01")
    page.get_by_label("Up to and including").fill("")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("article")).to_have_count(20)


def test_a_label_is_corrected(page: Page, server_url: str) -> None:
    first = page.locator("article").first
    result_id = first.locator(".id").inner_text().rpartition(" ")[2]

    first.get_by_label("Right label").select_option("neutral")
    first.get_by_role("button", name="Save").click()

    expect(first.locator(".corrected")).to_have_text("Somebody said: neutral")
    assert read_result(server_url, result_id).json()["feedback_label"] == "neutral"


def test_a_result_is_deleted_once_that_is_confirmed(page: Page, server_url: str) -> None:
    first = page.locator("article").first
    result_id = first.locator(".id").inner_text().rpartition(" ")[2]
    delete = first.get_by_role("button", name="Delete")
    dialog = page.get_by_role("dialog")

    delete.click()
    dialog.get_by_role("button", name="Keep it").click()
    expect(delete).to_be_focused()
    assert read_result(server_url, result_id).status_code == 200
    delete.click()
    dialog.get_by_role("button", name="Delete it").click()

    expect(page.get_by_role("status")).to_have_text("Deleted.")
    expect(page.locator("article h3").first).to_be_focused()
    expect(page.locator("article")).to_have_count(19)
    assert read_result(server_url, result_id).status_code == 404


def test_a_server_without_a_log_says_so(
    start_visit: Callable[..., Visit], gateway_url: str
) -> None:
    visit = start_visit(gateway_url)
    visit.allowed = "status of 40"
    page = visit.open("/")
    page.evaluate("sessionStorage.setItem('windvane-key', 'a-key-of-the-test')")

    page.get_by_role("tab", name="Results").click()

    expect(page.locator("#results-alert")).to_contain_text("This server keeps no results.")
