from collections.abc import Iterator

import pytest

from tests.windvane.jobs.fake_step_functions import FakeStepFunctions, serve_step_functions


@pytest.fixture
def step_functions() -> Iterator[FakeStepFunctions]:
    with serve_step_functions() as fake:
        yield fake
