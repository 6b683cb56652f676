"""Explains a prediction: splits the score of a label among the words of the text."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from windvane.inference.explanation.coalition_plan import make_plan
from windvane.inference.explanation.shapley import average_gains
from windvane.inference.explanation.words import find_words
from windvane.inference.predictions import Prediction
from windvane.inference.replaced_parts import Offsets
from windvane.inference.windows import EncodedText

METHOD = "shapley-permutations"

MAX_EXPLAIN_CHARS = 2_000
"""A longer text would get only a few spans within `BUDGET_TOKENS`."""


class ExplainableClassifier(Protocol):
    """What an explanation needs of a classifier."""

    def encode(self, text: str) -> EncodedText:
        """Encode a text without running the model."""
        ...

    def find_replaced_parts(self, text: str) -> Sequence[Offsets]:
        """Find the parts of a text that the model reads as something else."""
        ...

    def classify_encoded(self, texts: Sequence[EncodedText]) -> Sequence[Prediction]:
        """Return one prediction per text."""
        ...


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


def explain(classifier: ExplainableClassifier, text: str, label: str | None = None) -> Explanation:
    """Split the score of a label among the words of a text by their Shapley values.

    The model runs on the text with words replaced by an ellipsis. A word's contribution is the
    score it adds when words are put back one by one, averaged over several orders: over all of
    them for a text of up to `ALL_ORDERS_WORDS` words, else over up to 2 x `MAX_PAIRS`, the same
    each time. At most `BUDGET_TOKENS` tokens are run beside the text with all words and with none:
    a longer text gets fewer orders, down to one and its reverse; if these exceed the budget,
    neighbouring words form groups.

    Args:
        classifier: Encodes texts, and runs the model.
        text: Any text that can be classified.
        label: One of the model's labels; by default, the predicted one.

    Raises:
        ModelRunError: The model could not be run.
    """
    encoded_whole = classifier.encode(text)
    [whole] = classifier.classify_encoded([encoded_whole])
    label = label or whole.label
    words = find_words(text, classifier.find_replaced_parts(text))
    plan, encoded = make_plan(classifier.encode, text, words, encoded_whole.tokens)
    encoded[plan.texts[0]] = classifier.encode(plan.texts[0])
    encoded.pop(text, None)  # it is classified already, where no word can be left out of it
    scores = {text: whole.scores[label], **_score(classifier, encoded, label)}
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


def _score(
    classifier: ExplainableClassifier, encoded: Mapping[str, EncodedText], label: str
) -> dict[str, float]:
    """Return the label's score for each text."""
    predictions = classifier.classify_encoded([*encoded.values()])
    return {
        text: prediction.scores[label]
        for text, prediction in zip(encoded, predictions, strict=True)
    }
