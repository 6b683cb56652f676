"""Plans an explanation: which groups of words are left out, in which orders, within a budget."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from math import ceil, sqrt

import msgspec

from windvane.inference.explanation.shapley import (
    Order,
    draw_orders,
    list_coalitions,
    list_orders,
    walk_coalitions,
)
from windvane.inference.explanation.words import Span, leave_out
from windvane.inference.windows import EncodedText

BUDGET_TOKENS = 16_000
"""Tokens that one explanation may run: about a second on one core."""

RUN_TOKENS = 16
"""Fixed cost of a run, in tokens: 0.8 ms, where a token takes 0.05 ms."""

ELLIPSIS_TOKENS = 3

MAX_PAIRS = 8
ALL_ORDERS_WORDS = 7
"""The 128 coalitions of 7 words cost no more runs than 8 pairs of orders of 9 words."""

Encode = Callable[[str], EncodedText]


class CoalitionPlan(msgspec.Struct, frozen=True):
    """Which texts to run.

    Attributes:
        spans: The words, or groups of them.
        orders: In which the spans are put back.
        texts: The text of each coalition.
    """

    spans: list[Span]
    orders: list[Order]
    texts: dict[int, str]

    @property
    def is_least(self) -> bool:
        """Whether it has the fewest texts that explain anything: of two spans in both orders."""
        return len(self.spans) <= 2 and len(self.orders) <= 2  # noqa: PLR2004 - as it says

    def list_partial(self, text: str) -> dict[str, int]:
        """List the texts that have some of the words: each once, with a coalition it is of."""
        texts = {part: coalition for coalition, part in self.texts.items()}
        return {part: texts[part] for part in sorted(texts.keys() - {text, self.texts[0]})}


def make_plan(
    encode: Encode, text: str, words: Sequence[Span], whole_tokens: int
) -> tuple[CoalitionPlan, dict[str, EncodedText]]:
    """Choose groups and orders, and check their cost before the model runs.

    A text may have more tokens without some of its words than with them: WordPiece reads a word of
    more than 100 characters as one unknown token, but its parts as many. So the estimate starts
    from the larger of the text's tokens and those of its words, each by itself, and grows until
    the texts are within the budget: first by the tokens of each span, which are cheap to add up,
    then by those of the encoded texts.

    Returns:
        The plan, and the texts it leaves words out of, encoded.
    """
    by_themselves = encode(" ".join(text[word.start : word.end] for word in words))
    tokens = max(whole_tokens, by_themselves.tokens)
    while True:
        plan = _draw_plan(text, words, tokens)
        partial = plan.list_partial(text)
        cost = _add_span_tokens(encode, text, plan, partial.values())
        encoded: dict[str, EncodedText] = {}
        if cost <= BUDGET_TOKENS or plan.is_least:
            encoded, cost = _encode_affordable(encode, partial, is_all=plan.is_least)
        if cost <= BUDGET_TOKENS or plan.is_least:
            return plan, encoded
        tokens = ceil(tokens * cost / BUDGET_TOKENS)


def _draw_plan(text: str, words: Sequence[Span], tokens: int) -> CoalitionPlan:
    spans = _group(words, count=_count_affordable(tokens))
    orders = _choose_orders(len(spans), tokens)
    coalitions = list_coalitions(orders)
    return CoalitionPlan(spans, orders, {part: leave_out(text, spans, part) for part in coalitions})


def _add_span_tokens(
    encode: Encode, text: str, plan: CoalitionPlan, coalitions: Iterable[int]
) -> int:
    """Add up the cost of texts as if each span had its own tokens in all of them."""
    special = encode("").tokens
    own = [encode(text[span.start : span.end]).tokens - special for span in plan.spans]
    kept_tokens = {0: 0}
    for order in plan.orders:
        for player, (before, after) in zip(order, pairwise(walk_coalitions(order)), strict=True):
            kept_tokens[after] = kept_tokens[before] + own[player]
    every = (1 << len(own)) - 1
    cost = 0
    for kept in coalitions:
        left = every ^ kept
        ellipses = (left & ~(left << 1)).bit_count()
        cost += special + kept_tokens[kept] + ellipses * ELLIPSIS_TOKENS + RUN_TOKENS
    return cost


def _encode_affordable(
    encode: Encode, texts: Mapping[str, int], *, is_all: bool
) -> tuple[dict[str, EncodedText], int]:
    """Encode texts until they exceed the budget.

    Returns:
        The encoded texts, and the cost of all: an estimate where the budget ended before them.
    """
    encoded: dict[str, EncodedText] = {}
    cost = 0
    for text in texts:
        encoded[text] = encode(text)
        cost += encoded[text].tokens + RUN_TOKENS
        if cost > BUDGET_TOKENS and not is_all:
            return encoded, ceil(cost * len(texts) / len(encoded))
    return encoded, cost


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
