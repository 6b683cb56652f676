"""A run over every dimension: fill, classify, measure, compare with the limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from windvane.evaluation.bias.bias_figures import DimensionFigures, FillingPrediction
from windvane.evaluation.bias.bias_limits import LimitCheck, Limits, check_limits
from windvane.evaluation.bias.dimension_measurement import measure_dimension
from windvane.evaluation.bias.dimensions import Dimension, Filling, Template
from windvane.evaluation.errors import BiasError
from windvane.inference.classifier import Classifier


@dataclass(frozen=True)
class BiasReport:
    """A bundle's figures by dimension, and those that have a limit.

    Attributes:
        name: Name of the model.
        version: Version of the bundle.
        positive_label: The label whose probability is compared.
        dimensions: In the order of the templates.
        checks: One for each figure that has a limit.
    """

    name: str
    version: str
    positive_label: str
    dimensions: Sequence[DimensionFigures]
    checks: Sequence[LimitCheck]

    @property
    def exceeded(self) -> list[LimitCheck]:
        """The limits that the bundle exceeds."""
        return [check for check in self.checks if check.exceeded]


@dataclass(frozen=True)
class BiasRun:
    """The dimensions to measure and their limits."""

    dimensions: Sequence[Dimension]
    limits: Limits
    positive_label: str = "positive"

    def count_texts(self) -> int:
        """Count the texts to classify."""
        return sum(len(fillings) for _, _, fillings in self.fill())

    def fill(self) -> list[tuple[Dimension, Template, list[Filling]]]:
        """Fill every template of every dimension.

        Raises:
            BiasError: A template cannot be filled.
        """
        return [
            (dimension, template, dimension.fill(template))
            for dimension in self.dimensions
            for template in dimension.templates
        ]


def run_bias(run: BiasRun, classifier: Classifier, advance: Callable[[int], None]) -> BiasReport:
    """Classify every filling and measure.

    Args:
        run: The dimensions and limits.
        classifier: The bundle.
        advance: Called after each template with the number of texts done.

    Raises:
        BiasError: The bundle has no such positive label, or a template cannot be filled.
        ModelRunError: The model could not be run.
    """
    if run.positive_label not in classifier.labels:
        known = ", ".join(classifier.labels)
        raise BiasError(f'The bundle has no label "{run.positive_label}"; it has: {known}.')
    predictions: dict[str, list[tuple[Template, list[FillingPrediction]]]] = {}
    done = 0
    for dimension, template, fillings in run.fill():
        classified = _classify(fillings, classifier, run.positive_label)
        predictions.setdefault(dimension.name, []).append((template, classified))
        advance(done := done + len(fillings))
    figures = [measure_dimension(each, predictions[each.name]) for each in run.dimensions]
    checks = [check for each in figures for check in check_limits(each, run.limits)]
    manifest = classifier.manifest
    return BiasReport(manifest.name, manifest.version, run.positive_label, figures, checks)


def _classify(
    fillings: Sequence[Filling], classifier: Classifier, positive: str
) -> list[FillingPrediction]:
    predictions = classifier.classify([filling.text for filling in fillings])
    return [
        FillingPrediction(filling, prediction.scores[positive], prediction.label)
        for filling, prediction in zip(fillings, predictions, strict=True)
    ]
