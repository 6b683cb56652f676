"""Fixtures that every part shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import windvane  # noqa: F401  which switches onnxruntime's telemetry off
from tests.restored_process import restored_process
from tests.tiny_bundle import write_tiny_bundle

REPOSITORY = Path(__file__).parents[1]
LONGEST_FILES = (
    "test_page_own_model.py",
    "test_export_command.py",
    "test_retrain_command.py",
    "test_schemathesis.py",
    "test_function.py",
    "test_faults.py",
    "test_synth.py",
    "test_families.py",
)
"""They start first: one of them started last would keep a single process busy for a minute."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; the others keep their order."""
    ranks = {name: rank for rank, name in enumerate(LONGEST_FILES)}
    items.sort(key=lambda item: ranks.get(item.path.name, len(ranks)))


@pytest.fixture(scope="session")
def tiny_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of a few words with known logits; see `tests.tiny_bundle`."""
    return write_tiny_bundle(tmp_path_factory.mktemp("tiny") / "bundle")


@pytest.fixture(scope="session")
def shipped_bundle() -> Path:
    """The default model."""
    return REPOSITORY / "models" / "sentiment-minilm" / "bundle"


@pytest.fixture(name="restored_process")
def restored_process_fixture() -> Iterator[None]:
    """Leave this process as it was before a start; see `tests.restored_process`."""
    with restored_process():
        yield
