"""Figures of two models by table and metric, as a gate names them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from windvane.evaluation.behaviour.behaviour_figures import BehaviourFigures
from windvane.evaluation.bias.bias_run import BiasReport
from windvane.evaluation.file_figures import FileFigures, ModelFigures

PAIRED_METRICS = ("gain_low", "agreement")
"""They compare both models text by text, so the champion alone has no value."""
_OVERALL = ("accuracy", "macro_recall", "macro_f1", "ece")
_OF_LABEL = ("recall", "precision", "f1")
FAILURE_RATE = "failure_rate"
LIMITS_EXCEEDED = "limits_exceeded"
WORST_OF_BIAS = ("mean_difference", "largest_difference", "spread", "flip_rate", "group_difference")
"""Each is the worst over the dimensions."""
BUNDLE_MB, MEDIAN_MS = "bundle_mb", "median_ms"

Content = TypeVar("Content")


@dataclass(frozen=True)
class Pair(Generic[Content]):
    """What the model in use has, and the same of the one that may replace it."""

    champion: Content
    challenger: Content

    def both(self) -> tuple[Content, Content]:
        """Return the champion's and the challenger's, in the order of every table."""
        return self.champion, self.challenger


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric of both models.

    Attributes:
        table: Table of the gate file, such as ``behaviour`` or ``files.reviews.csv``.
        metric: Its name in the gate file.
        champion: The champion's value; None for a paired metric, or if it is not defined.
        challenger: The challenger's value; None if it is not defined.
    """

    table: str
    metric: str
    champion: float | None
    challenger: float | None

    @property
    def change(self) -> float | None:
        """The challenger's value minus the champion's."""
        if self.champion is None or self.challenger is None:
            return None
        return self.challenger - self.champion


def file_table(file: str) -> str:
    """Name the table of an evaluation file."""
    return f"files.{file}"


def file_metrics(labels: Sequence[str]) -> list[str]:
    """List the metrics of a labelled file, such as ``ece`` and ``negative recall``."""
    of_labels = [f"{label} {name}" for label in labels for name in _OF_LABEL]
    return [*_OVERALL, *PAIRED_METRICS, *of_labels]


def file_figures(table: str, figures: FileFigures) -> Iterator[Figure]:
    """Yield the figures of a file, whose one rival is the champion."""
    [rival] = figures.rivals
    models = Pair(rival.figures, figures.model)
    for metric in _OVERALL:
        yield Figure(table, metric, *_both(models, metric))
    yield Figure(table, "gain_low", None, rival.gain_interval.low)
    yield Figure(table, "agreement", None, rival.agreement)
    for label in figures.labels:
        for name in _OF_LABEL:
            values = (getattr(model.metrics.labels[label], name) for model in models.both())
            yield Figure(table, f"{label} {name}", *values)


def behaviour_figures(pair: Pair[BehaviourFigures]) -> Iterator[Figure]:
    """Yield the failure rates: over all cases, and of each capability."""
    before, after = pair.both()
    yield Figure("behaviour", FAILURE_RATE, before.failure_rate, after.failure_rate)
    for old, new in zip(before.capabilities, after.capabilities, strict=True):
        yield Figure("behaviour", old.name, old.failure_rate, new.failure_rate)


def bias_figures(pair: Pair[BiasReport]) -> Iterator[Figure]:
    """Yield the number of exceeded limits, and the worst figures over the dimensions."""
    exceeded = (float(len(report.exceeded)) for report in pair.both())
    yield Figure("bias", LIMITS_EXCEEDED, *exceeded)
    for metric in WORST_OF_BIAS:
        worst = (
            max(float(getattr(figures, metric)) for figures in report.dimensions)
            for report in pair.both()
        )
        yield Figure("bias", metric, *worst)


def _both(models: Pair[ModelFigures], metric: str) -> tuple[float, float]:
    def value_of(model: ModelFigures) -> float:
        source = model.calibration if metric == "ece" else model.metrics
        return float(getattr(source, metric))

    return value_of(models.champion), value_of(models.challenger)
