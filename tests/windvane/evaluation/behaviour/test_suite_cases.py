"""What each kind of case calls a fault."""

import pytest

from windvane.evaluation.behaviour.suite_cases import DirectionCase, InvarianceCase, MinimumCase
from windvane.evaluation.behaviour.suite_files import Change
from windvane.inference.predictions import Prediction


def predict(positive: float) -> Prediction:
    scores = {"negative": 1 - positive, "positive": positive}
    label = max(scores, key=lambda name: scores[name])
    return Prediction(label=label, score=scores[label], scores=scores, tokens=1, windows=1)


@pytest.mark.parametrize(("labels", "failed"), [(("positive",), False), (("negative",), True)])
def test_minimum_case_fails_with_another_label(labels: tuple[str, ...], failed: bool) -> None:
    case = MinimumCase("a", labels)

    fault = case.find_fault({"a": predict(0.9)})

    assert (fault is not None) == failed


def test_minimum_case_takes_any_of_its_labels() -> None:
    case = MinimumCase("a", ("neutral", "positive"))

    assert case.find_fault({"a": predict(0.9)}) is None


def test_minimum_case_says_what_was_expected_and_found() -> None:
    fault = MinimumCase("a", ("neutral", "negative")).find_fault({"a": predict(0.9)})

    assert fault is not None
    assert (fault.expected, fault.actual) == ("neutral or negative", "positive 0.90")


@pytest.mark.parametrize(
    ("variant", "failed"), [(0.75, False), (0.85, False), (0.65, True), (0.95, True)]
)
def test_invariance_case_fails_past_its_tolerance(variant: float, failed: bool) -> None:
    case = InvarianceCase(("a", "b"), tolerance=0.11)

    fault = case.find_fault({"a": predict(0.8), "b": predict(variant)})

    assert (fault is not None) == failed


def test_invariance_case_fails_if_the_label_changes_within_the_tolerance() -> None:
    case = InvarianceCase(("a", "b"), tolerance=0.5)

    assert case.find_fault({"a": predict(0.51), "b": predict(0.49)}) is not None


def test_invariance_case_names_a_variant_that_breaks_it_and_the_base() -> None:
    predictions = {"a": predict(0.9), "b": predict(0.8), "c": predict(0.6)}

    fault = InvarianceCase(("a", "b", "c"), tolerance=0.2).find_fault(predictions)

    assert fault is not None
    assert (fault.base, fault.text) == ("a", "c")
    assert "moved 0.300" in fault.actual


@pytest.mark.parametrize(
    ("change", "held", "broken"),
    [
        (Change.RISES, 0.7, 0.55),
        (Change.FALLS, 0.3, 0.45),
        (Change.DOES_NOT_RISE, 0.55, 0.7),
        (Change.DOES_NOT_FALL, 0.45, 0.3),
    ],
)
def test_direction_case_fails_if_the_score_moves_otherwise(
    change: Change, held: float, broken: float
) -> None:
    case = DirectionCase(("a", "b"), "positive", change, margin=0.1)

    assert case.find_fault({"a": predict(0.5), "b": predict(held)}) is None
    fault = case.find_fault({"a": predict(0.5), "b": predict(broken)})
    assert fault is not None
    assert fault.actual == f"0.50 -> {broken:.2f}"


def test_direction_case_looks_at_its_own_label() -> None:
    case = DirectionCase(("a", "b"), "negative", Change.RISES, margin=0.1)

    assert case.find_fault({"a": predict(0.9), "b": predict(0.2)}) is None
    assert case.labels == ("negative",)
