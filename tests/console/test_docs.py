"""The documentation in a browser, below its Content-Security-Policy."""

from playwright.sync_api import expect

from tests.console.conftest import Visit


def test_docs_show_the_routes_and_try_one(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.url}/docs")

    expect(page.locator(".opblock").first).to_be_visible()
    page.locator(".opblock-summary-path[data-path='/health']").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()

    answer = page.locator(".live-responses-table .response-col_status").last
    expect(answer).to_contain_text("200")
