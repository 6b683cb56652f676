"""The path below which a proxy serves the API."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import Connection, build_app, build_scope, call
from windvane.api.routes import build_routes
from windvane.server.root_path import RootPath
from windvane.settings import Settings

SETTINGS = Settings(bundle_uri="", threads=1, base_path="ml/text")


@pytest.fixture
def app() -> Iterator[RootPath]:
    with ThreadPoolExecutor(1) as pool:
        yield RootPath(build_app(build_routes(FakeClassifier, SETTINGS), pool), SETTINGS.base_path)


def _get(app: RootPath, path: str) -> Connection:
    return asyncio.run(call(app, build_scope(path, "GET"), Connection()))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ml/text/health", 200),
        ("/ml/text/health/", 200),
        ("/health", 200),
        ("/ml/texthealth", 404),
        ("/ml/text/ml/text/health", 404),
        ("/ml/health", 404),
    ],
)
def test_requests_are_served_below_the_path_and_without_it(
    app: RootPath, path: str, status: int
) -> None:
    assert _get(app, path).status == status


@pytest.mark.parametrize("path", ["/ml/text", "/ml/text/", "/"])
def test_page_finds_its_files_below_the_path(app: RootPath, path: str) -> None:
    page = _get(app, path)

    assert page.status == 200
    assert b'<base href="/ml/text/">' in page.body


def test_console_files_and_documentation_are_below_the_path(app: RootPath) -> None:
    for path in ("/ml/text/console/app.js", "/ml/text/docs", "/ml/text/openapi.json"):
        assert _get(app, path).status == 200, path
