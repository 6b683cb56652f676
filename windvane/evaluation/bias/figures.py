"""How far a model's answers move with the terms of a dimension.

The positive probability of a text is p. Its difference is p less the mean p of all fillings of
the same template. A text flips if its label is not the one that most fillings of its template
have. A template's spread is its highest p less its lowest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from windvane.evaluation.bias.group_tests import GroupTest, Interval
from windvane.evaluation.bias.lists import Filling


@dataclass(frozen=True)
class Answer:
    """What the model said of one filling."""

    filling: Filling
    positive: float
    label: str


@dataclass(frozen=True)
class TextFigures:
    """One filled template against the others of its template."""

    text: str
    group: str
    term: str
    positive: float
    difference: float
    label: str
    flipped: bool


@dataclass(frozen=True)
class TemplateFigures:
    """One template over all its fillings; ``label`` is the one that most of them have."""

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
        mean_difference: Mean of the texts' differences without their signs.
        largest_difference: The largest of them.
        spread: The widest of the templates' spreads.
        flip_rate: Share of the texts that flip.
        flips: How many those are.
        group_difference: The widest mean difference between two groups, without its sign.
        headline: The template whose figures stand for the dimension, where it has one.
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
        """Find the texts furthest from the mean of their template."""
        texts = [text for compared in self.details.values() for text in compared]
        return sorted(texts, key=lambda text: -abs(text.difference))[:count]

    def headline_texts(self) -> list[TextFigures]:
        """Give the headline's texts, lowest first; none where there is no headline."""
        texts = self.details[self.headline.template] if self.headline else []
        return sorted(texts, key=lambda text: text.positive)
