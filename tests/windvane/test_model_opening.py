"""Opening a model beside the imports; `tests/functions/classify_api/test_start_up.py` has more."""

import gc
import shutil
import sys
import threading
from pathlib import Path

import pytest

from windvane.inference.bundle_files import MODEL_FILE
from windvane.inference.classifier import Classifier
from windvane.inference.errors import BundleCorruptError, BundleNotFoundError
from windvane.model_opening import ModelOpening

pytestmark = pytest.mark.usefixtures("restored_process")


def test_opening_that_fails_says_why_and_leaves_python_as_it_runs_usually(tmp_path: Path) -> None:
    sys.setswitchinterval(0.0001)
    usual = sys.getswitchinterval()
    opening = ModelOpening(str(tmp_path / "missing"), threads=1, fetch_seconds=1)
    opening.open_classifier(Classifier)

    with pytest.raises(BundleNotFoundError, match="missing"):
        opening.finish()

    assert (gc.isenabled(), sys.getswitchinterval()) == (True, usual)


def test_bundle_that_was_changed_is_not_opened(tiny_bundle: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_bundle, tmp_path / "bundle")
    with (folder / MODEL_FILE).open("ab") as file:
        file.write(b"\0")
    opening = ModelOpening(str(folder), threads=1, fetch_seconds=1)

    opening.open_classifier(Classifier)

    with pytest.raises(BundleCorruptError, match=MODEL_FILE):
        opening.finish()


def test_opening_that_is_cancelled_builds_no_classifier_and_leaves_python_as_it_was(
    tiny_bundle: Path,
) -> None:
    is_cancelled = threading.Event()

    def wait(*_: object, **__: object) -> Classifier:
        is_cancelled.wait(60)
        raise TimeoutError

    usual = sys.getswitchinterval()
    opening = ModelOpening(str(tiny_bundle), threads=1, fetch_seconds=1)
    opening.open_classifier(wait)
    opening.open_classifier(Classifier)

    opening.cancel()
    is_cancelled.set()

    assert opening.classifier.cancelled()
    assert (gc.isenabled(), sys.getswitchinterval()) == (True, usual)
