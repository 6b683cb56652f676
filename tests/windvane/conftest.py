from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.log_lines import log_lines
from tests.moto_server import moto_server
from tests.windvane.aws.fake_aws import Act, FakeAws

__all__ = ["log_lines", "moto_server", "start_aws"]


@pytest.fixture
def start_aws() -> Iterator[Callable[..., FakeAws]]:
    """Start services that do the acts given, until the test ends."""
    with ExitStack() as stack:

        def start(*acts: Act) -> FakeAws:
            return stack.enter_context(FakeAws(*acts).running())

        yield start
