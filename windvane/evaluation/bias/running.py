"""A model through every dimension: fill, classify, measure, hold against the limits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from windvane.evaluation.bias.figures import Answer, DimensionFigures
from windvane.evaluation.bias.limits import LimitCheck, Limits, check_limits
from windvane.evaluation.bias.lists import Dimension, Filling, Template
from windvane.evaluation.bias.measuring import measure_dimension
from windvane.evaluation.errors import BiasError
from windvane.inference.classifier import Classifier


@dataclass(frozen=True)
class BiasReport:
    """A bundle's figures by dimension, and each beside its limit.

    Attributes:
        name: Name of the model.
        version: Version of the bundle.
        positive_label: The label whose probability is compared.
        dimensions: In the order of the templates.
        checks: Each figure that has a limit.
    """

    name: str
    version: str
    positive_label: str
    dimensions: Sequence[DimensionFigures]
    checks: Sequence[LimitCheck]

    @property
    def exceeded(self) -> list[LimitCheck]:
        """The limits that the bundle does not hold."""
        return [check for check in self.checks if check.exceeded]


@dataclass(frozen=True)
class BiasRun:
    """What to ask of a bundle."""

    dimensions: Sequence[Dimension]
    limits: Limits
    positive_label: str = "positive"

    def count_texts(self) -> int:
        """Count what there is to classify."""
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
        run: What to ask.
        classifier: The bundle.
        advance: Told how many texts are done, after each template.

    Raises:
        BiasError: The bundle has no such positive label, or a template cannot be filled.
        ModelRunError: The model could not be run.
    """
    if run.positive_label not in classifier.labels:
        known = ", ".join(classifier.labels)
        raise BiasError(f'The bundle has no label "{run.positive_label}"; it has: {known}.')
    answers: dict[str, list[tuple[Template, list[Answer]]]] = {}
    done = 0
    for dimension, template, fillings in run.fill():
        given = _classify(fillings, classifier, run.positive_label)
        answers.setdefault(dimension.name, []).append((template, given))
        advance(done := done + len(fillings))
    figures = [measure_dimension(each, answers[each.name]) for each in run.dimensions]
    checks = [check for each in figures for check in check_limits(each, run.limits)]
    manifest = classifier.manifest
    return BiasReport(manifest.name, manifest.version, run.positive_label, figures, checks)


def _classify(fillings: Sequence[Filling], classifier: Classifier, positive: str) -> list[Answer]:
    predictions = classifier.classify([filling.text for filling in fillings])
    return [
        Answer(filling, prediction.scores[positive], prediction.label)
        for filling, prediction in zip(fillings, predictions, strict=True)
    ]
