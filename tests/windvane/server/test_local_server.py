"""The server's application and uvicorn's configuration."""

import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.windvane.server.asgi_connection import JSON_TYPE, Connection, request
from windvane.inference.classifier import Classifier
from windvane.observability import logger
from windvane.server.asgi import Receive, Scope, Send
from windvane.server.local_server import _build_app, _build_server
from windvane.settings import Settings


@pytest.fixture
def _level() -> Iterator[None]:
    before = logger.log_level
    yield
    logger.setLevel(before)


async def _app(_scope: Scope, _receive: Receive, _send: Send) -> None:
    pass


@pytest.mark.usefixtures("_level")
@pytest.mark.parametrize(
    ("name", "level", "uvicorns"),
    [
        ("debug", logging.DEBUG, logging.DEBUG),
        ("info", logging.INFO, logging.ERROR),
        ("critical", logging.CRITICAL, logging.ERROR),
    ],
)
def test_log_level_is_that_of_our_lines(name: str, level: int, uvicorns: int) -> None:
    _build_server(Settings(bundle_uri="", threads=1, log_level=name), _app)

    assert logger.log_level == level
    assert logging.getLogger("uvicorn.error").level == uvicorns


def test_app_whose_loading_is_cancelled_is_not_ready(caplog: pytest.LogCaptureFixture) -> None:
    loading = Future[Classifier]()
    settings = Settings(bundle_uri="", threads=1, result_log_uri="none:")

    with ThreadPoolExecutor(1) as pool:
        app = _build_app(settings, pool, loading, None)
        loading.cancel()
        headers = (JSON_TYPE, (b"host", b"localhost"))
        response = request(app, Connection([b'{"text": "good"}']), headers=headers)

    assert response.status == 503
    assert caplog.records == []  # a callback of the future that fails is logged
