"""What holds of the whole page: contrast, width, motion and size."""

from collections.abc import Callable
from importlib.resources import files
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.conftest import REPOSITORY
from tests.console.conftest import Visit

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = [320, 360, 768]
MAX_BYTES = 100_000
LONG = "good " + "x" * 400


def show_one(page: Page) -> None:
    page.get_by_label("Your text").fill(f"{LONG} bad")
    page.get_by_role("button", name="Classify", exact=True).click()
    expect(page.locator("#one-tinted mark").first).to_be_visible()
    page.get_by_text("Every word with its number").click()


def show_many(page: Page) -> None:
    page.get_by_role("tab", name="Many texts").click()
    page.get_by_label("One text a line").fill("\n".join(["good", "bad", "x", LONG, "\ud83d\ude00"]))
    page.get_by_role("button", name="Classify all").click()
    expect(page.locator("#many-heading")).to_have_text("5 texts answered")
    page.get_by_text("The same as a table").click()


def show_file(page: Page) -> None:
    """Show a file with more columns than fit, and a row that is refused."""
    rows = [f"id,text,{'stars,' * 20}", f"1,{LONG}{',5' * 20}", "2,bad", f"3,good{',1' * 20}"]
    page.get_by_role("tab", name="Many texts").click()
    expect(page.locator("#many:not([inert])")).to_be_visible()
    page.locator("#many-file").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    )
    expect(page.get_by_label("Column with the texts")).to_be_visible()
    page.get_by_role("button", name="Classify all").click()
    expect(page.locator("#many-heading")).to_have_text("2 texts answered, 1 refused")


def show_results(page: Page) -> None:
    page.get_by_role("tab", name="Results").click()
    expect(page.locator("article").first).to_be_visible()


def show_delete(page: Page) -> None:
    show_results(page)
    page.locator("article").first.get_by_role("button", name="Delete").click()


def show_key(page: Page) -> None:
    page.locator("#key").evaluate("button => { button.hidden = false; button.click(); }")


def show_alert(page: Page) -> None:
    page.get_by_role("button", name="Classify", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()


VIEWS = [show_one, show_many, show_file, show_results, show_delete, show_key, show_alert]


def find_violations(page: Page) -> list[str]:
    """Ask axe what keeps people out: contrast, names, roles, landmarks and more."""
    found = page.evaluate("rules => axe.run({ runOnly: rules })", RULES)
    assert "color-contrast" in {one["id"] for one in found["passes"]}
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(scope="module")
def some_result(server_url: str) -> None:
    """Have something to list."""
    httpx.post(f"{server_url}/sentiment", json={"text": LONG}).raise_for_status()


@pytest.mark.parametrize("show", VIEWS)
@pytest.mark.usefixtures("some_result")
def test_page_keeps_nobody_out(
    start_visit: Callable[..., Visit], server_url: str, show: Callable[[Page], None]
) -> None:
    page = start_visit(server_url, reduced_motion="reduce").open()
    show(page)
    page.evaluate(AXE)

    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert find_violations(page) == [], scheme


@pytest.mark.parametrize("show", VIEWS)
@pytest.mark.usefixtures("some_result")
def test_page_never_scrolls_sideways(page: Page, show: Callable[[Page], None]) -> None:
    show(page)

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_dark_page_is_dark(page: Page) -> None:
    grounds = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        grounds[scheme] = page.evaluate(
            "getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
        )

    assert sum(grounds["dark"]) < 150
    assert sum(grounds["light"]) > 600


def test_vane_does_not_move_for_those_who_want_no_motion(
    start_visit: Callable[..., Visit], server_url: str
) -> None:
    page = start_visit(server_url, reduced_motion="reduce").open()

    transition = page.locator("#one-arrow").evaluate("arrow => getComputedStyle(arrow).transition")

    assert transition == "none"


def test_first_view_asks_for_few_files(visit: Visit) -> None:
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))

    visit.open()

    # A new AWS account answers ten requests at once in all.
    assert len([url for url in asked if "/console/" in url]) <= 6


def test_files_together_are_small() -> None:
    folder = REPOSITORY / "windvane" / "api" / "console" / "static"

    assert sum(file.stat().st_size for file in folder.iterdir()) < MAX_BYTES
