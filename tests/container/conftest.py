"""The image that the tests of this folder run."""

import os

import pytest


@pytest.fixture(scope="session")
def image() -> str:
    """The image that `make image-check` built, by its name."""
    name = os.environ.get("IMAGE")
    if not name:
        pytest.skip("needs Docker and an image: make image-check builds one and runs this")
    return name
