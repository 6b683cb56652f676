"""The cases of a suite: texts, and what their predictions must be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from windvane.evaluation.behaviour.suite_files import Change
from windvane.inference.predictions import Prediction

Predictions = Mapping[str, Prediction]
"""Predictions by text."""


@dataclass(frozen=True)
class Fault:
    """Why a case failed.

    Attributes:
        text: The text whose prediction fails.
        base: The text that it is compared with, if there is one.
        expected: The prediction that would pass.
        actual: The prediction.
    """

    text: str
    base: str | None
    expected: str
    actual: str


class Case(Protocol):
    """One case."""

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts whose predictions it needs."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that a model must have for the case to make sense."""

    def find_fault(self, predictions: Predictions) -> Fault | None:
        """Check the predictions; None if the case passes."""


@dataclass(frozen=True)
class MinimumCase:
    """A text that must get one of the labels."""

    text: str
    labels: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The text."""
        return (self.text,)

    def find_fault(self, predictions: Predictions) -> Fault | None:
        """Compare the label."""
        prediction = predictions[self.text]
        if prediction.label in self.labels:
            return None
        return Fault(
            self.text, None, " or ".join(self.labels), f"{prediction.label} {prediction.score:.2f}"
        )


@dataclass(frozen=True)
class InvarianceCase:
    """A base text whose variants must keep its label and, within the tolerance, its scores."""

    texts: tuple[str, ...]
    tolerance: float
    labels: tuple[str, ...] = ()

    def find_fault(self, predictions: Predictions) -> Fault | None:
        """Find the variant that moves most, if a label changes or it moves too far."""
        base, *variants = (predictions[text] for text in self.texts)
        moves = [(self._is_broken(base, variant), _move(base, variant)) for variant in variants]
        broken, move = max(moves)
        if not broken:
            return None
        worst = moves.index((broken, move))
        actual = f"{base.label} {base.score:.2f} -> {variants[worst].label}, moved {move:.3f}"
        expected = f"the same label, moved at most {self.tolerance:.2f}"
        return Fault(self.texts[worst + 1], self.texts[0], expected, actual)

    def _is_broken(self, base: Prediction, variant: Prediction) -> bool:
        return variant.label != base.label or _move(base, variant) > self.tolerance


@dataclass(frozen=True)
class DirectionCase:
    """Two texts between which a label's probability must move one way."""

    texts: tuple[str, str]
    label: str
    change: Change
    margin: float

    @property
    def labels(self) -> tuple[str, ...]:
        """The label whose probability is compared."""
        return (self.label,)

    def find_fault(self, predictions: Predictions) -> Fault | None:
        """Compare the probabilities."""
        before, after = (predictions[text].scores[self.label] for text in self.texts)
        if self._holds(after - before):
            return None
        must_move = self.change in (Change.RISES, Change.FALLS)
        limit = f"by {self.margin:.2f}" if must_move else f"by more than {self.margin:.2f}"
        expected = f"{self.label} {self.change} {limit}"
        return Fault(self.texts[1], self.texts[0], expected, f"{before:.2f} -> {after:.2f}")

    def _holds(self, move: float) -> bool:
        return {
            Change.RISES: move >= self.margin,
            Change.FALLS: move <= -self.margin,
            Change.DOES_NOT_RISE: move <= self.margin,
            Change.DOES_NOT_FALL: move >= -self.margin,
        }[self.change]


def _move(base: Prediction, variant: Prediction) -> float:
    return max(abs(variant.scores[label] - score) for label, score in base.scores.items())
