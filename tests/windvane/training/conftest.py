"""A tiny base, and data that it can learn."""

from pathlib import Path

import pytest

from tests.model_export.tiny_checkpoints import write_tiny_checkpoint


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """BERT with random weights and three labels."""
    return write_tiny_checkpoint("bert", tmp_path_factory.mktemp("base") / "tiny-bert")
