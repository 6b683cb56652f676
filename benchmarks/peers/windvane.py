"""Windvane's own core on the bundle that the repository ships."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.protocol import Setting
from windvane import load_classifier
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.classifier import Classifier


class WindvanePeer:
    """The class that serves."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def classify(self, texts: Sequence[str]) -> list[str]:
        """Return the label of each text, in order."""
        return [prediction.label for prediction in self._classifier.classify(texts)]


def prepare(checkpoint: Path, folder: Path) -> None:
    """Point to the shipped bundle."""
    folder.symlink_to(DEFAULT_BUNDLE, target_is_directory=True)


def build(folder: Path, setting: Setting) -> WindvanePeer:
    """Open the bundle; texts run one at a time, spread over the threads."""
    return WindvanePeer(load_classifier(folder, threads=setting.threads * setting.workers))
