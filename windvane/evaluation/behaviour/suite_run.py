"""Runs a suite and counts the failures."""

from collections import Counter
from collections.abc import Callable, Sequence

from windvane.evaluation.behaviour.behaviour_figures import (
    BehaviourFigures,
    CapabilityFigures,
    FailedCase,
    KindFigures,
)
from windvane.evaluation.behaviour.suite import KINDS, Capability, SuiteCase
from windvane.evaluation.behaviour.suite_cases import Predictions
from windvane.evaluation.errors import SuiteError
from windvane.inference.predictions import Prediction

Classify = Callable[[Sequence[str]], Sequence[Prediction]]


def run_suite(
    suite: Sequence[Capability], classify: Classify, labels: Sequence[str]
) -> BehaviourFigures:
    """Classify every text of a suite once and check the predictions.

    Args:
        suite: The capabilities that `load_suite` returns.
        classify: Method of the classifier.
        labels: The model's labels. A case that needs another label is left out.

    Raises:
        SuiteError: No case is left.
        InferenceError: The model could not be run.
    """
    usable = [(capability, _usable_cases(capability, labels)) for capability in suite]
    left_out = sum(len(capability.cases) - len(cases) for capability, cases in usable)
    texts = list(dict.fromkeys(text for _, cases in usable for text in _texts_of(cases)))
    if not texts:
        raise SuiteError(
            f"No case of the suite is about the bundle's labels ({', '.join(labels)})."
        )
    predictions = dict(zip(texts, classify(texts), strict=True))
    figures = (_measure(capability, cases, predictions) for capability, cases in usable if cases)
    return BehaviourFigures(tuple(figures), left_out)


def _usable_cases(capability: Capability, labels: Sequence[str]) -> list[SuiteCase]:
    return [case for case in capability.cases if set(case.case.labels) <= set(labels)]


def _texts_of(cases: Sequence[SuiteCase]) -> list[str]:
    return [text for case in cases for text in case.case.texts]


def _measure(
    capability: Capability, cases: Sequence[SuiteCase], predictions: Predictions
) -> CapabilityFigures:
    checked = [(case, case.case.find_fault(predictions)) for case in cases]
    failed = tuple(FailedCase(case.kind, case.test, fault) for case, fault in checked if fault)
    run, failures = Counter(case.kind for case in cases), Counter(case.kind for case in failed)
    kinds = tuple(KindFigures(kind, run[kind], failures[kind]) for kind in KINDS if run[kind])
    return CapabilityFigures(capability.name, capability.about, kinds, failed)
