"""The baselines that an evaluation compares the bundle with: Naive Bayes and VADER."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import click
import numpy as np
from numpy.typing import NDArray

from windvane.cli.errors import CliError
from windvane.cli.evaluate.baseline_type import VADER
from windvane.cli.packages import describe_installation, require_packages
from windvane.evaluation.file_figures import Rival
from windvane.evaluation.file_measurement import compare
from windvane.evaluation.predicted_set import PredictedSet
from windvane.evaluation.set_prediction import set_from_probabilities

FILE = "naive-bayes.npz"
_NAIVE_BAYES = "Naive Bayes"
_MISSING = f"scikit-learn is not installed; {describe_installation('evaluate')}"


class Baseline(Protocol):
    """A baseline classifier."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names in the order of its probabilities."""

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Predict probabilities, shape (texts, num_labels)."""


def find_baselines(bundle: str, chosen: Sequence[str]) -> dict[str, Baseline]:
    """Load the baselines; by default Naive Bayes beside the bundle's folder, if there is one.

    Args:
        bundle: Folder of the bundle.
        chosen: `VADER`, or files of Naive Bayes.

    Returns:
        The baselines by the name that tables show.

    Raises:
        CliError: A chosen baseline needs a package that is not installed.
        TrainingError: A file is not a baseline.
        OSError: A file cannot be read.
    """
    if not chosen:
        return _find_beside(Path(bundle).resolve().parent / FILE)
    require_packages("evaluate", *{"vaderSentiment" if it == VADER else "sklearn" for it in chosen})
    from windvane.evaluation.vader import Vader

    files = [name for name in dict.fromkeys(chosen) if name != VADER]
    loaded: dict[str, Baseline] = {}
    for name in dict.fromkeys(chosen):
        if name == VADER:
            loaded["VADER"] = Vader()
        else:
            title = _NAIVE_BAYES if len(files) == 1 else f"{_NAIVE_BAYES} {name}"
            loaded[title] = _load_naive_bayes(Path(name))
    return loaded


def compare_baselines(baselines: Mapping[str, Baseline], predicted: PredictedSet) -> list[Rival]:
    """Compare each baseline's predictions for the same texts with the bundle's.

    Raises:
        CliError: A baseline lacks a label.
    """
    rivals = []
    for name, baseline in baselines.items():
        if not set(predicted.labels) <= set(baseline.labels):
            raise CliError(
                f"{name} has other labels than the bundle: {', '.join(baseline.labels)}."
            )
        probabilities = baseline.predict(predicted.labelled.texts)
        rival = set_from_probabilities(probabilities, baseline.labels, predicted)
        rivals.append(compare(name, rival, predicted))
    return rivals


def _find_beside(path: Path) -> dict[str, Baseline]:
    if not path.is_file():
        return {}
    try:
        return {_NAIVE_BAYES: _load_naive_bayes(path)}
    except ModuleNotFoundError:
        click.echo(f"Naive Bayes is left out: {_MISSING}.", err=True)
        return {}


def _load_naive_bayes(path: Path) -> Baseline:
    from windvane.training.naive_bayes import load_naive_bayes

    return load_naive_bayes(path)
