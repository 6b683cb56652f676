import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from functions.observability import logger
from tests.functions.aws.fake_aws import Act, FakeAws
from tests.moto_server import moto_server

__all__ = ["log_lines", "moto_server", "start_aws"]


@pytest.fixture
def start_aws() -> Iterator[Callable[..., FakeAws]]:
    """Start services that do the acts given, until the test ends."""
    with ExitStack() as stack:

        def start(*acts: Act) -> FakeAws:
            return stack.enter_context(FakeAws(*acts).running())

        yield start


@pytest.fixture
def log_lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
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
