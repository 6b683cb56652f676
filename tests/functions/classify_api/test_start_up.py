import gc
import sys
from pathlib import Path

import pytest

from functions.classify_api.start_up import StartUp
from windvane.inference.classifier import Classifier

pytestmark = pytest.mark.usefixtures("restored_process")

SWITCH_SECONDS = 0.005
"""Python's own; another start in this process may have left its own behind."""


def test_start_up_opens_the_classifier_of_the_settings(tiny_bundle: Path) -> None:
    environ = {"WINDVANE_BUNDLE_URI": str(tiny_bundle), "WINDVANE_THREADS": "3"}
    start_up = StartUp(environ)
    start_up.open_classifier(Classifier)

    classifier = start_up.finish()

    assert classifier.manifest.name == "tiny"
    assert classifier.threads == start_up.settings.threads == 3


def test_start_up_says_what_each_step_took(tiny_bundle: Path) -> None:
    start_up = StartUp({"WINDVANE_BUNDLE_URI": str(tiny_bundle)})
    start_up.open_classifier(Classifier)
    start_up.finish()

    assert {"bundle", "classifier", "start"} <= set(start_up.times_ms)
    steps = start_up.times_ms["bundle"] + start_up.times_ms["classifier"]
    assert 0 < steps <= start_up.times_ms["start"] + 0.2  # each is rounded


def test_start_up_leaves_python_as_it_runs_usually(tiny_bundle: Path) -> None:
    sys.setswitchinterval(SWITCH_SECONDS)
    usual = sys.getswitchinterval()
    start_up = StartUp({"WINDVANE_BUNDLE_URI": str(tiny_bundle)})
    during = (gc.isenabled(), sys.getswitchinterval() < usual)
    start_up.open_classifier(Classifier)

    start_up.finish()

    assert during == (False, True)
    assert (gc.isenabled(), sys.getswitchinterval()) == (True, usual)
