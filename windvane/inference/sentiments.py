"""Predictions in Amazon Comprehend's terms, for models whose labels are sentiments."""

from collections.abc import Iterable, Mapping

import msgspec

SENTIMENTS = ("positive", "negative", "neutral")


class SentimentScore(msgspec.Struct, frozen=True):
    """Probability of each sentiment; no model of ours answers mixed."""

    Positive: float
    Negative: float
    Neutral: float
    Mixed: float = 0.0


def are_sentiments(labels: Iterable[str]) -> bool:
    """Return whether labels, in any case, are sentiments."""
    return {label.lower() for label in labels} <= set(SENTIMENTS)


def to_sentiment_score(scores: Mapping[str, float]) -> SentimentScore:
    """Return the scores of labels that are sentiments; one without a label scores 0."""
    by_name = {label.lower(): score for label, score in scores.items()}
    return SentimentScore(*(by_name.get(name, 0.0) for name in SENTIMENTS))
