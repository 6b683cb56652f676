"""The page in a browser, in front of the real server."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.browser import MISSING, open_browser
from tests.console.gateway import run_gateway
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.windvane.api.serve_process import run_serve

expect.set_options(timeout=10_000)


@dataclass
class Visit:
    """A page that is open, and what it complained of.

    Attributes:
        page: Its tab.
        url: The server.
        allowed: Part of the lines that the browser will write on answers that a test provokes.
        complaints: Errors and warnings that the browser wrote.
        outside: Addresses of other servers that were asked.
    """

    page: Page
    url: str
    allowed: str = "(none)"
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, address: str = "/") -> Page:
        self.page.goto(self.url + address)
        expect(self.page.locator("html[data-ready]")).to_be_attached()
        return self.page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each module: while it runs, its event loop is in the way of other tests' loops."""
    with open_browser() as browser:
        if browser is None:
            pytest.skip(MISSING)
        yield browser


@pytest.fixture(scope="module")
def environ(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A server that keeps results, and takes few texts at once."""
    database = tmp_path_factory.mktemp("log") / "results.db"
    return {
        "WINDVANE_BUNDLE_URI": str(tiny_bundle),
        "WINDVANE_MAX_BATCH_TEXTS": "10",
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{database}",
        "WINDVANE_STORE_TEXT": "full",
        "WINDVANE_THREADS": "2",
    }


@pytest.fixture(scope="module")
def server_url(browser: Browser, environ: dict[str, str]) -> Iterator[str]:
    with run_serve(environ=environ) as server:
        yield server.url


@pytest.fixture(scope="module")
def gateway_url(browser: Browser, environ: dict[str, str]) -> Iterator[str]:
    with run_gateway(start_lambda_app({**environ, "WINDVANE_RESULT_LOG_URI": "none:"})) as url:
        yield url


@pytest.fixture
def start_visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Open pages; in the end none may have asked another server, or have complained."""
    visits: list[Visit] = []

    def start(url: str, **options: Any) -> Visit:
        page = browser.new_context(**options).new_page()
        visit = Visit(page, url)
        page.on("console", lambda message: _note(visit.complaints, message.type, message.text))
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        page.context.on(
            "request",
            lambda asked: None if _is_inside(asked.url, url) else visit.outside.append(asked.url),
        )
        visits.append(visit)
        return visit

    yield start
    for visit in visits:
        visit.page.context.close()
    assert [visit.outside for visit in visits] == [[]] * len(visits)
    assert [_list_unexpected(visit) for visit in visits] == [[]] * len(visits)


@pytest.fixture
def visit(start_visit: Callable[..., Visit], server_url: str) -> Visit:
    return start_visit(server_url)


@pytest.fixture
def page(visit: Visit) -> Page:
    """Open the page, in front of the local server."""
    return visit.open()


def _note(complaints: list[str], kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        complaints.append(text)


def _list_unexpected(visit: Visit) -> list[str]:
    return [line for line in visit.complaints if visit.allowed not in line]


def _is_inside(address: str, url: str) -> bool:
    return address.startswith((url, f"blob:{url}"))
