"""Figures of how much predictions change with the terms of a dimension.

The positive probability of a text is p. Its difference is p minus the mean p of all fillings of
the same template. A text flips if its label is not the most frequent label of its template. A
template's spread is its highest p minus its lowest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from windvane.evaluation.bias.dimensions import Filling
from windvane.evaluation.bias.group_tests import GroupTest, Interval


@dataclass(frozen=True)
class FillingPrediction:
    """The prediction of one filling.

    Attributes:
        filling: The text that was classified.
        positive: Probability of the positive label.
        label: The predicted label.
    """

    filling: Filling
    positive: float
    label: str


@dataclass(frozen=True)
class TextFigures:
    """One filling compared with the others of its template."""

    text: str
    group: str
    term: str
    positive: float
    difference: float
    label: str
    flipped: bool


@dataclass(frozen=True)
class TemplateFigures:
    """One template over all its fillings; ``label`` is their most frequent label."""

    template: str
    tone: str
    texts: int
    label: str
    mean: float
    lowest: float
    lowest_term: str
    highest: float
    highest_term: str
    spread: float
    mean_difference: float
    largest_difference: float
    flips: int


@dataclass(frozen=True)
class GroupFigures:
    """A group's mean difference, over the templates that it fills."""

    group: str
    templates: int
    difference: Interval


@dataclass(frozen=True)
class TermFigures:
    """A term's mean difference, over the templates that it fills."""

    term: str
    group: str
    templates: int
    difference: float


@dataclass(frozen=True)
class DimensionFigures:
    """A dimension over all its texts.

    Attributes:
        name: The dimension.
        texts: How many were classified.
        mean_difference: Mean of the texts' absolute differences.
        largest_difference: The largest absolute difference.
        spread: The widest of the templates' spreads.
        flip_rate: Share of the texts that flip.
        flips: Number of texts that flip.
        group_difference: The largest absolute mean difference between two groups.
        headline: The template that represents the dimension, if it has one.
        templates: Widest spread first.
        groups: In the order of the file.
        tests: Each pair of groups, widest difference first.
        terms: Lowest first.
        details: Each text, by template, in the order of the files.
    """

    name: str
    texts: int
    mean_difference: float
    largest_difference: float
    spread: float
    flip_rate: float
    flips: int
    group_difference: float
    headline: TemplateFigures | None
    templates: Sequence[TemplateFigures]
    groups: Sequence[GroupFigures]
    tests: Sequence[GroupTest]
    terms: Sequence[TermFigures]
    details: dict[str, list[TextFigures]]

    @property
    def differing_pairs(self) -> int:
        """Number of pairs of groups whose test is significant."""
        return sum(test.significant for test in self.tests)

    def worst_texts(self, count: int) -> list[TextFigures]:
        """Select the texts with the largest absolute differences."""
        texts = [text for compared in self.details.values() for text in compared]
        return sorted(texts, key=lambda text: -abs(text.difference))[:count]

    def headline_texts(self) -> list[TextFigures]:
        """Sort the headline's texts by probability, lowest first; empty without a headline."""
        texts = self.details[self.headline.template] if self.headline else []
        return sorted(texts, key=lambda text: text.positive)
