"""Recent results: listed, filtered, corrected and deleted."""

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.console.conftest import Visit
from tests.windvane.api.serve_process import run_serve


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

    page.get_by_label("From", exact=True).fill("2020-01-01")
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


@pytest.mark.parametrize("store_text", ["none", "hash"])
def test_results_without_texts_say_once_that_there_is_nothing_to_read(
    start_visit: Callable[..., Visit], environ: dict[str, str], tmp_path: Path, store_text: str
) -> None:
    log = {"WINDVANE_RESULT_LOG_URI": f"sqlite:///{tmp_path}/results.db"}
    with run_serve(environ={**environ, **log, "WINDVANE_STORE_TEXT": store_text}) as server:
        for _ in range(3):
            httpx.post(f"{server.url}/v1/classify", json={"texts": ["good day"] * 10})
        visit = start_visit(server.url)
        page = visit.open("/#results")
        expect(page.locator("article")).to_have_count(20)

        expect(page.get_by_text("WINDVANE_STORE_TEXT=full keeps the texts")).to_be_visible()
        expect(page.get_by_text("WINDVANE_STORE_TEXT=full keeps the texts")).to_have_count(1)
        expect(page.get_by_text("Right label")).to_have_count(0)
        expect(page.get_by_role("button", name="Delete the result")).to_have_count(20)
        page.get_by_role("button", name="Show more").click()
        expect(page.locator("article")).to_have_count(30)
        page.get_by_label("Label", exact=True).select_option("negative")
        expect(page.locator("#results-list")).to_have_text("No result is recorded that fits.")
        expect(page.get_by_text("WINDVANE_STORE_TEXT=full keeps the texts")).to_be_hidden()
        visit.page.context.close()


def test_result_of_a_client_names_it(
    start_visit: Callable[..., Visit], environ: dict[str, str], tmp_path: Path
) -> None:
    key, of_client = "key-of-the-operator-of-it", "key-of-the-mobile-app"
    log = {"WINDVANE_RESULT_LOG_URI": f"sqlite:///{tmp_path}/results.db"}
    keys = {"WINDVANE_API_KEYS": key, "WINDVANE_CLIENT_KEYS": f"mobile-app={of_client}"}
    with run_serve(environ={**environ, **log, **keys}) as server:
        for sent in (key, of_client):
            headers = {"x-api-key": sent}
            httpx.post(f"{server.url}/sentiment", json={"text": "good"}, headers=headers)
        visit = start_visit(server.url)
        visit.allowed = "status of 403"
        page = visit.open("/")
        page.evaluate(f"sessionStorage.setItem('windvane-key', '{key}')")
        page.reload()

        page.get_by_role("tab", name="Results").click()

        expect(page.locator("article")).to_have_count(2)
        expect(page.locator("article .id").first).to_have_text(re.compile("^mobile-app, "))
        expect(page.locator("article .id").last).not_to_contain_text("mobile-app")
        visit.page.context.close()


def test_results_with_texts_say_nothing_of_the_setting(page: Page) -> None:
    expect(page.get_by_text("WINDVANE_STORE_TEXT")).to_be_hidden()


def test_a_server_without_a_log_says_so(
    start_visit: Callable[..., Visit], gateway_url: str
) -> None:
    visit = start_visit(gateway_url)
    visit.allowed = "status of 40"
    page = visit.open("/")
    page.evaluate("sessionStorage.setItem('windvane-key', 'a-key-of-the-test')")

    page.get_by_role("tab", name="Results").click()

    expect(page.locator("#results-alert")).to_contain_text("This server keeps no results.")
