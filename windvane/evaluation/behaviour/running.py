"""Runs a suite through the class that serves and counts what failed."""

from collections import Counter
from collections.abc import Callable, Sequence

from windvane.evaluation.behaviour.cases import Answers
from windvane.evaluation.behaviour.figures import (
    BehaviourFigures,
    CapabilityFigures,
    FailedCase,
    KindFigures,
)
from windvane.evaluation.behaviour.suite import KINDS, Capability, SuiteCase
from windvane.evaluation.errors import SuiteError
from windvane.inference.predictions import Prediction

Classify = Callable[[Sequence[str]], Sequence[Prediction]]


def run_suite(
    suite: Sequence[Capability], classify: Classify, labels: Sequence[str]
) -> BehaviourFigures:
    """Classify every text of a suite once and look at the answers.

    Args:
        suite: As `load_suite` gives it.
        classify: The classifier's, texts to predictions.
        labels: Those of the model. A case that needs another one is left out.

    Raises:
        SuiteError: No case is left.
        InferenceError: The model could not be run.
    """
    fitting = [(capability, _fitting_cases(capability, labels)) for capability in suite]
    left_out = sum(len(capability.cases) - len(cases) for capability, cases in fitting)
    texts = list(dict.fromkeys(text for _, cases in fitting for text in _texts_of(cases)))
    if not texts:
        raise SuiteError(
            f"No case of the suite is about the bundle's labels ({', '.join(labels)})."
        )
    answers = dict(zip(texts, classify(texts), strict=True))
    figures = (_measure(capability, cases, answers) for capability, cases in fitting if cases)
    return BehaviourFigures(tuple(figures), left_out)


def _fitting_cases(capability: Capability, labels: Sequence[str]) -> list[SuiteCase]:
    return [case for case in capability.cases if set(case.case.labels) <= set(labels)]


def _texts_of(cases: Sequence[SuiteCase]) -> list[str]:
    return [text for case in cases for text in case.case.texts]


def _measure(
    capability: Capability, cases: Sequence[SuiteCase], answers: Answers
) -> CapabilityFigures:
    found = [(case, case.case.find_fault(answers)) for case in cases]
    failed = tuple(FailedCase(case.kind, case.test, fault) for case, fault in found if fault)
    run, missed = Counter(case.kind for case in cases), Counter(case.kind for case in failed)
    kinds = tuple(KindFigures(kind, run[kind], missed[kind]) for kind in KINDS if run[kind])
    return CapabilityFigures(capability.name, capability.about, kinds, failed)
