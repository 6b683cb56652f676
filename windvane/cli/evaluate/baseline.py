"""The Naive Bayes baseline of `windvane train`, which an evaluation compares the bundle with."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import click
import numpy as np
from numpy.typing import NDArray

from windvane.cli.errors import CliError
from windvane.cli.packages import describe_installation

FILE = "naive-bayes.npz"
_MISSING = f"scikit-learn is not installed; {describe_installation('evaluate')}"


class Baseline(Protocol):
    """A baseline classifier."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names in the order of its probabilities."""

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Predict probabilities, shape (texts, num_labels)."""


def find_baseline(bundle: str, chosen: Path | None) -> Baseline | None:
    """Load a baseline; by default the one beside the bundle's folder, if there is one.

    Raises:
        CliError: The chosen baseline needs a package that is not installed.
        TrainingError: The file is not a baseline.
        OSError: The file cannot be read.
    """
    path = chosen or Path(bundle).resolve().parent / FILE
    if chosen is None and not path.is_file():
        return None
    try:
        from windvane.training.naive_bayes import load_naive_bayes
    except ModuleNotFoundError as error:
        if chosen is not None:
            raise CliError(f"{_MISSING}.") from error
        click.echo(f"Naive Bayes is left out: {_MISSING}.", err=True)
        return None
    return load_naive_bayes(path)
