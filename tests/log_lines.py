"""The structured log as tests read it."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from windvane.observability import logger

LogLines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def log_lines() -> Iterator[LogLines]:
    """Give the lines that the structured log has got since the test began.

    The logger writes where stdout was when it was imported, which no capturing of pytest's sees.
    """
    handler = logger.registered_handler
    if not isinstance(handler, logging.StreamHandler):
        raise TypeError("the log is no stream")
    written = io.StringIO()
    before = handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    handler.setStream(before)
