"""Fixtures that every part shares."""

from pathlib import Path

import pytest

import windvane  # noqa: F401  which switches onnxruntime's telemetry off
from tests.tiny_bundle import write_tiny_bundle

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a few words with known logits; see `tests.tiny_bundle`."""
    return write_tiny_bundle(tmp_path_factory.mktemp("tiny") / "bundle")


@pytest.fixture(scope="session")
def shipped_bundle() -> Path:
    """The default model."""
    return REPOSITORY / "models" / "sentiment-minilm" / "bundle"
