"""Measures a challenger beside the champion, as far as a gate asks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from windvane.evaluation.behaviour.behaviour_figures import BehaviourFigures
from windvane.evaluation.behaviour.suite import Capability, load_suite
from windvane.evaluation.behaviour.suite_run import run_suite
from windvane.evaluation.bias.bias_limits import LIMITS_FILE, load_limits
from windvane.evaluation.bias.bias_run import BiasReport, BiasRun, run_bias
from windvane.evaluation.bias.dimensions import load_dimensions
from windvane.evaluation.errors import GateError
from windvane.evaluation.file_figures import FileFigures
from windvane.evaluation.file_measurement import build_figures, compare
from windvane.evaluation.gate.figures import (
    BUNDLE_MB,
    FAILURE_RATE,
    LIMITS_EXCEEDED,
    MEDIAN_MS,
    WORST_OF_BIAS,
    Figure,
    Pair,
    behaviour_figures,
    bias_figures,
    file_figures,
    file_metrics,
    file_table,
)
from windvane.evaluation.gate.gate_file import Gate, require_metrics
from windvane.evaluation.gate.speed import time_side_by_side
from windvane.evaluation.set_prediction import Advance, predict_set
from windvane.inference.classifier import Classifier
from windvane.inference.manifest import Manifest
from windvane.rows.labelled_set import LabelledSet

CHAMPION = "champion"
Sets = Mapping[str, LabelledSet]
"""Labelled sets by their table of the gate file."""


@dataclass(frozen=True, kw_only=True)
class ModelComparison:
    """Both models' figures.

    Attributes:
        manifests: The manifests.
        files: Figures of the challenger by table; the champion is the one rival.
        behaviour: Failures of the behaviour suite, if the gate asks.
        bias: Figures of bias, if the gate asks.
        median_ms: Milliseconds per text on one thread, if the gate asks.
    """

    manifests: Pair[Manifest]
    files: Mapping[str, FileFigures]
    behaviour: Pair[BehaviourFigures] | None = None
    bias: Pair[BiasReport] | None = None
    median_ms: Pair[float] | None = None

    def figures(self) -> Iterator[Figure]:
        """Yield every figure under the names of the gate file."""
        for table, figures in self.files.items():
            yield from file_figures(table, figures)
        if self.behaviour:
            yield from behaviour_figures(self.behaviour)
        if self.bias:
            yield from bias_figures(self.bias)
        yield Figure("size", BUNDLE_MB, *map(count_megabytes, self.manifests.both()))
        if self.median_ms:
            yield Figure("speed", MEDIAN_MS, *self.median_ms.both())


@dataclass(frozen=True)
class ComparisonPlan:
    """What to measure.

    Attributes:
        sets: The labelled sets.
        suite: The behaviour suite; empty if the gate has no rules for it.
        bias: The bias templates; None if the gate has no rules for them.
        timed: Whether to time the models.
    """

    sets: Sets
    suite: Sequence[Capability]
    bias: BiasRun | None
    timed: bool

    def files(self) -> list[str]:
        """Return the names of the evaluation files, without those of corrections."""
        prefix = file_table("")
        return [each.removeprefix(prefix) for each in self.sets if each.startswith(prefix)]

    def count_texts(self) -> int:
        """Count the texts that both models classify, the timed ones aside."""
        texts = sum(len(labelled.texts) for labelled in self.sets.values())
        texts += _count_suite_texts(self.suite)
        texts += self.bias.count_texts() if self.bias else 0
        return 2 * texts


def plan_comparison(gate: Gate, sets: Sets, labels: Sequence[str]) -> ComparisonPlan:
    """Plan what the gate asks for, and refuse rules that cannot be measured.

    Args:
        gate: The gate. Of the other tables only those that it has are measured.
        sets: Labelled sets by table, at least one.
        labels: Labels of both models.

    Raises:
        GateError: A rule names a metric that does not exist.
        EvaluationError: The behaviour suite or the bias templates cannot be used.
        OSError: A file of the suite cannot be opened.
    """
    suite = load_suite() if "behaviour" in gate.tables else []
    bias = None
    if "bias" in gate.tables:
        dimensions = load_dimensions()
        names = [dimension.name for dimension in dimensions]
        bias = BiasRun(dimensions, load_limits(LIMITS_FILE, names))
    require_metrics(
        gate,
        {
            **{
                table: file_metrics([each for each in labels if each not in labelled.ignored])
                for table, labelled in sets.items()
            },
            "behaviour": [FAILURE_RATE, *(capability.name for capability in suite)],
            "bias": [LIMITS_EXCEEDED, *WORST_OF_BIAS],
            "size": [BUNDLE_MB],
            "speed": [MEDIAN_MS],
        },
    )
    return ComparisonPlan(sets, suite, bias, "speed" in gate.tables)


def compare_models(
    plan: ComparisonPlan, models: Pair[Classifier], advance: Advance = lambda _texts: None
) -> ModelComparison:
    """Measure both models.

    Args:
        plan: What to measure.
        models: Classifiers of the same labels.
        advance: Called with the number of texts after each block.

    Raises:
        EvaluationError: The labels differ, or the behaviour suite or the bias templates do not
            fit them.
        ModelRunError: A model could not be run.
    """
    require_same_labels(Pair(models.champion.labels, models.challenger.labels))
    texts = [text for labelled in plan.sets.values() for text in labelled.texts]
    return ModelComparison(
        manifests=Pair(models.champion.manifest, models.challenger.manifest),
        files={
            table: _compare_on(models, labelled, advance) for table, labelled in plan.sets.items()
        },
        behaviour=_run_suite(plan.suite, models, advance) if plan.suite else None,
        bias=_run_bias(plan.bias, models, advance) if plan.bias else None,
        median_ms=time_side_by_side(models, texts) if plan.timed else None,
    )


def require_same_labels(labels: Pair[Sequence[str]]) -> None:
    """Refuse a challenger of other labels.

    Raises:
        GateError: Names both.
    """
    if set(labels.champion) != set(labels.challenger):
        raise GateError(
            f"The challenger has other labels ({', '.join(labels.challenger)}) than the champion "
            f"({', '.join(labels.champion)}); it cannot take its place."
        )


def count_megabytes(manifest: Manifest) -> float:
    """Add up the sizes of a bundle's files, in megabytes of 10^6 bytes."""
    return sum(record.bytes for record in manifest.files.values()) / 1e6


def _compare_on(models: Pair[Classifier], labelled: LabelledSet, advance: Advance) -> FileFigures:
    predicted = predict_set(models.challenger, labelled, advance)
    rival = compare(CHAMPION, predict_set(models.champion, labelled, advance), predicted)
    return build_figures(predicted, [rival])


def _run_suite(
    suite: Sequence[Capability], models: Pair[Classifier], advance: Advance
) -> Pair[BehaviourFigures]:
    def run(classifier: Classifier) -> BehaviourFigures:
        figures = run_suite(suite, classifier.classify, classifier.labels)
        advance(_count_suite_texts(suite))
        return figures

    return Pair(run(models.champion), run(models.challenger))


def _run_bias(bias: BiasRun, models: Pair[Classifier], advance: Advance) -> Pair[BiasReport]:
    def run(classifier: Classifier) -> BiasReport:
        done = 0

        def step(total: int) -> None:
            nonlocal done
            advance(total - done)
            done = total

        return run_bias(bias, classifier, step)

    return Pair(run(models.champion), run(models.challenger))


def _count_suite_texts(suite: Sequence[Capability]) -> int:
    return sum(len(case.case.texts) for capability in suite for case in capability.cases)
