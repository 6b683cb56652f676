import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from windvane import load_classifier
from windvane.inference.classifier import Classifier


@pytest.fixture
def spoilable_bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    """A copy of the tiny bundle that a test may spoil."""
    return Path(shutil.copytree(tiny_bundle, tmp_path / "bundle"))


@pytest.fixture(params=[1, 2, 4], ids="{} threads".format)
def tiny_classifier(tiny_bundle: Path, request: pytest.FixtureRequest) -> Iterator[Classifier]:
    classifier = load_classifier(tiny_bundle, threads=request.param)
    yield classifier
    classifier.close()
