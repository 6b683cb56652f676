"""The names that ``import windvane`` gives."""

import subprocess
import sys
from pathlib import Path

import pytest

import windvane
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.errors import BundleNotFoundError
from windvane.inference.manifest import read_manifest
from windvane.settings_values import SettingsError


def test_load_classifier_opens_the_default_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WINDVANE_BUNDLE_URI", raising=False)

    with windvane.load_classifier() as classifier:
        [prediction] = classifier.classify(["I love it"])

    assert classifier.manifest == read_manifest(DEFAULT_BUNDLE)
    assert isinstance(prediction, windvane.Prediction)
    assert prediction.label == "positive"


def test_load_classifier_reads_bundle_and_threads_from_the_environment(
    tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINDVANE_BUNDLE_URI", str(tiny_bundle))
    monkeypatch.setenv("WINDVANE_THREADS", "3")

    with windvane.load_classifier() as classifier:
        assert classifier.manifest.name == "tiny"
        assert classifier.threads == 3


def test_load_classifier_prefers_its_arguments_to_the_environment(
    tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WINDVANE_BUNDLE_URI", "/nowhere")
    monkeypatch.setenv("WINDVANE_THREADS", "3")

    with windvane.load_classifier(tiny_bundle, threads=2) as classifier:
        assert classifier.manifest.name == "tiny"
        assert classifier.threads == 2


def test_load_classifier_says_what_is_wrong(
    tiny_bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BundleNotFoundError):
        windvane.load_classifier(tmp_path)
    with pytest.raises(ValueError, match="threads is 0; at least 1 is allowed"):
        windvane.load_classifier(tiny_bundle, threads=0)
    monkeypatch.setenv("WINDVANE_THREADS", "many")
    with pytest.raises(SettingsError, match="WINDVANE_THREADS"):
        windvane.load_classifier(tiny_bundle)


def test_every_public_name_is_there() -> None:
    assert windvane.__all__
    for name in windvane.__all__:
        assert getattr(windvane, name)
    with pytest.raises(AttributeError, match="no attribute 'load_model'"):
        _ = windvane.load_model  # type: ignore[attr-defined]


def test_import_windvane_imports_nothing_else_of_ours() -> None:
    program = "import sys, windvane; print([n for n in sys.modules if n.startswith('windvane.')])"

    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert printed.stdout.strip() == "[]"
