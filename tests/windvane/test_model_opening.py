"""Opening a model beside the imports; `tests/functions/classify_api/test_start_up.py` has more."""

import gc
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from windvane.inference.bundle_files import MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE
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


def change(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


@pytest.mark.parametrize("act", [change, cut, lengthen])
@pytest.mark.parametrize("name", [MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE])
def test_bundle_that_was_changed_is_not_opened(
    shipped_bundle: Path, tmp_path: Path, name: str, act: Callable[[Path], None]
) -> None:
    folder = shutil.copytree(shipped_bundle, tmp_path / "bundle")
    act(folder / name)
    opening = ModelOpening(str(folder), threads=1, fetch_seconds=1)

    opening.open_classifier(Classifier)

    with pytest.raises(BundleCorruptError, match=f"{name} does not match the sha256"):
        opening.finish()


def test_bundle_whose_weights_are_missing_is_not_opened(
    shipped_bundle: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(shipped_bundle, tmp_path / "bundle")
    (folder / WEIGHTS_FILE).unlink()
    opening = ModelOpening(str(folder), threads=1, fetch_seconds=1)

    opening.open_classifier(Classifier)

    with pytest.raises(BundleNotFoundError, match=WEIGHTS_FILE):
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
