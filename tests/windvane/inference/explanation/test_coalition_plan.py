"""Plans within the budget, whatever the tokenizer makes of parts of a text."""

from collections.abc import Callable

import pytest

from windvane.inference.explanation.coalition_plan import (
    BUDGET_TOKENS,
    RUN_TOKENS,
    CoalitionPlan,
    make_plan,
)
from windvane.inference.explanation.words import find_words
from windvane.inference.windows import EncodedText


def plan_text(
    text: str, count: Callable[[str], int], tokens: int
) -> tuple[CoalitionPlan, dict[str, EncodedText]]:
    def encode(part: str) -> EncodedText:
        return EncodedText([], count(part))

    return make_plan(encode, text, find_words(text), tokens)


@pytest.mark.parametrize("words", [3, 8, 40, 150, 400])
@pytest.mark.parametrize(
    "count",
    [
        lambda text: len(text.replace("...", ". . .").split()) + 2,
        lambda text: len(text) ** 2 // 100,  # more tokens than its spans have by themselves
        lambda text: len(text) if len(text) < 1000 else 1,  # more tokens in parts
    ],
    ids=["words", "together", "apart"],
)
def test_plan_keeps_the_budget_and_encodes_all_that_it_needs(
    count: Callable[[str], int], words: int
) -> None:
    text = " ".join(map(str, range(words)))

    plan, encoded = plan_text(text, count, count(text))

    cost = sum(part.tokens + RUN_TOKENS for part in encoded.values())
    assert cost <= BUDGET_TOKENS or plan.is_least
    assert encoded.keys() == {*plan.texts.values()} - {text, plan.texts[0]}
    assert all(part.tokens == count(text) for text, part in encoded.items())


def test_plan_is_the_same_each_time() -> None:
    text = "so so " * 30

    plans = [plan_text(text, len, 180) for _ in range(2)]

    assert plans[0] == plans[1]


def test_plan_spends_most_of_the_budget() -> None:
    text = " ".join(map(str, range(150)))

    _, encoded = plan_text(text, lambda part: len(part.split()), 150)

    cost = sum(part.tokens + RUN_TOKENS for part in encoded.values())
    assert 0.75 * BUDGET_TOKENS <= cost <= BUDGET_TOKENS
