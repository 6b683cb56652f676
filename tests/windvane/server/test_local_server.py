"""What the settings make of uvicorn's configuration."""

import logging
from collections.abc import Iterator

import pytest

from windvane.observability import logger
from windvane.server.asgi import Receive, Scope, Send
from windvane.server.local_server import _build_server
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
