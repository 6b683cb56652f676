"""Explains a prediction: splits the score of a label among the words of the text."""

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import ceil, sqrt
from typing import Protocol

import msgspec

from windvane.inference.explanation.shapley import (
    Order,
    average_gains,
    draw_orders,
    list_coalitions,
    list_orders,
)
from windvane.inference.explanation.words import Span, find_words, leave_out
from windvane.inference.predictions import Prediction

METHOD = "shapley-permutations"

MAX_EXPLAIN_CHARS = 2_000
"""A longer text would get only a few spans within `BUDGET_TOKENS`."""

BUDGET_TOKENS = 16_000
"""Tokens that one explanation may run: about a second on one core."""

RUN_TOKENS = 16
"""Fixed cost of a run, in tokens: 0.8 ms, where a token takes 0.05 ms."""

ELLIPSIS_TOKENS = 3

MAX_PAIRS = 8
ALL_ORDERS_WORDS = 7
"""The 128 coalitions of 7 words cost no more runs than 8 pairs of orders of 9 words."""


class ExplainableClassifier(Protocol):
    """What an explanation needs of a classifier."""

    def classify(self, texts: Sequence[str]) -> Sequence[Prediction]:
        """Return one prediction per text."""
        ...

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, without running the model."""
        ...


CountTokens = Callable[[str], int]


class Contribution(msgspec.Struct, frozen=True):
    """The contribution of a word to the score; in a longer text, of a group of words.

    Attributes:
        start: First character, in code points from the beginning of the text.
        end: One past the last character.
        contribution: Positive if the word raises the label's score.
    """

    start: int
    end: int
    contribution: float


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """The score of a label, split among the words.

    Attributes:
        prediction: The prediction for the whole text.
        label: The label that is explained.
        base_score: Its score for an ellipsis, the text without any word.
        runs: How many texts the model ran on.
        words: In the order of the text; they add up to the label's score minus ``base_score``.
    """

    prediction: Prediction
    label: str
    base_score: float
    runs: int
    words: list[Contribution]


class _Plan(msgspec.Struct, frozen=True):
    """Which texts to run.

    Attributes:
        spans: The words, or groups of them.
        orders: In which the spans are put back.
        texts: The text of each coalition.
    """

    spans: list[Span]
    orders: list[Order]
    texts: dict[int, str]


def explain(classifier: ExplainableClassifier, text: str, label: str | None = None) -> Explanation:
    """Split the score of a label among the words of a text by their Shapley values.

    The model runs on the text with words replaced by an ellipsis. A word's contribution is the
    score it adds when words are put back one by one, averaged over several orders: over all of
    them for a text of up to `ALL_ORDERS_WORDS` words, else over up to 2 x `MAX_PAIRS`, the same
    each time. At most `BUDGET_TOKENS` tokens are run beside the text with all words and with none:
    a longer text gets fewer orders, down to one and its reverse; if these exceed the budget,
    neighbouring words form groups.

    Args:
        classifier: Runs the model, and counts tokens.
        text: Any text that can be classified.
        label: One of the model's labels; by default, the predicted one.

    Raises:
        ModelRunError: The model could not be run.
    """
    [whole] = classifier.classify([text])
    label = label or whole.label
    plan = _plan(classifier.count_tokens, text, whole.tokens)
    left_out = {*plan.texts.values()} - {text}
    scores = {text: whole.scores[label], **_score(classifier, left_out, label)}
    values = {coalition: scores[part] for coalition, part in plan.texts.items()}
    gains = average_gains(plan.orders, values)
    return Explanation(
        prediction=whole,
        label=label,
        base_score=values[0],
        runs=len(scores),
        words=[
            Contribution(span.start, span.end, gain)
            for span, gain in zip(plan.spans, gains, strict=True)
        ],
    )


def _score(classifier: ExplainableClassifier, texts: Iterable[str], label: str) -> dict[str, float]:
    """Return the label's score for each text; equal texts run once."""
    in_order = sorted(texts)
    predictions = classifier.classify(in_order)
    return {
        text: prediction.scores[label]
        for text, prediction in zip(in_order, predictions, strict=True)
    }


def _plan(count_tokens: CountTokens, text: str, whole_tokens: int) -> _Plan:
    """Choose groups and orders, and check their cost before the model runs.

    A text may have more tokens without some of its words than with them: WordPiece reads a word of
    more than 100 characters as one unknown token, but its parts as many. So the estimate starts
    from the larger of the text's tokens and those of its words, each by itself, and grows until
    the counted tokens are within the budget.
    """
    words = find_words(text)
    tokens = max(whole_tokens, count_tokens(" ".join(text[w.start : w.end] for w in words)))
    while True:
        spans = _group(words, count=_count_affordable(tokens))
        orders = _choose_orders(len(spans), tokens)
        coalitions = list_coalitions(orders)
        texts = {coalition: leave_out(text, spans, coalition) for coalition in coalitions}
        left_out = {*texts.values()} - {text, texts[0]}
        cost = sum(count_tokens(part) + RUN_TOKENS for part in left_out)
        is_least = len(spans) <= 2 and len(orders) <= 2  # noqa: PLR2004 - an order and its reverse
        if cost <= BUDGET_TOKENS or is_least:
            return _Plan(spans, orders, texts)
        tokens = ceil(tokens * cost / BUDGET_TOKENS)


def _group(words: Sequence[Span], *, count: int) -> list[Span]:
    """Group neighbouring words into ``count`` spans of equal size, but at least 2."""
    count = min(max(count, 2), len(words))
    edges = [i * len(words) // count for i in range(count)] + [len(words)]
    return [Span(words[first].start, words[behind - 1].end) for first, behind in pairwise(edges)]


def _choose_orders(players: int, tokens: int) -> list[Order]:
    """Choose as many orders as the budget allows."""
    runs = BUDGET_TOKENS / _average_tokens(players, tokens)
    if players == 1 or (players <= ALL_ORDERS_WORDS and 2**players <= runs):
        return list_orders(players)
    pairs = int(runs / (2 * (players - 1)))
    return draw_orders(players, min(max(pairs, 1), MAX_PAIRS))


def _count_affordable(tokens: int) -> int:
    """Count the players for whom the budget allows an order and its reverse.

    The largest n for which 2 n `_average_tokens` of n are within the budget.
    """
    half = tokens / 2 + RUN_TOKENS
    return int(sqrt(half**2 + BUDGET_TOKENS) - half)


def _average_tokens(players: int, tokens: int) -> float:
    """Return the average cost of a run: half of the text, and an ellipsis per six players."""
    return tokens / 2 + players * ELLIPSIS_TOKENS / 6 + RUN_TOKENS
