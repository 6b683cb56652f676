"""What the monitoring reads of a classified text; never the text."""

from typing import Protocol

import msgspec

from windvane.inference.predictions import Prediction, round_score

UNDECIDED = "undecided"
"""Category of the texts whose language the model could not tell."""

DAY_CHARS = len("2026-11-22")


class Observed(Protocol):
    """A record of the result log, or the part of one that a file holds."""

    @property
    def label(self) -> str:
        """The label that the model gave."""
        ...

    @property
    def score(self) -> float:
        """Its probability."""
        ...

    @property
    def tokens(self) -> int:
        """Tokens of the text, special tokens included."""
        ...

    @property
    def chars(self) -> int:
        """Characters of the text."""
        ...

    @property
    def unknown_tokens(self) -> int | None:
        """Tokens that the vocabulary lacks; None if they were not counted."""
        ...

    @property
    def language(self) -> str | None:
        """Tag of the model's language, or ``other``; None if it could not be told."""
        ...

    @property
    def feedback_label(self) -> str | None:
        """The right label, according to feedback."""
        ...

    @property
    def created_at(self) -> str:
        """ISO 8601, UTC."""
        ...

    @property
    def model(self) -> str:
        """Bundle that classified the text, ``name@version``."""
        ...


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """A classified text that is not in a result log; the attributes are those of `Observed`."""

    label: str
    score: float
    tokens: int
    chars: int
    unknown_tokens: int | None = None
    language: str | None = None
    feedback_label: str | None = None
    created_at: str = ""
    model: str = ""


def observe(text: str, prediction: Prediction) -> Observation:
    """Keep of a prediction what a record would."""
    return Observation(
        label=prediction.label,
        score=round_score(prediction.score),
        tokens=prediction.tokens,
        chars=len(text),
        unknown_tokens=prediction.unknown_tokens,
        language=prediction.language,
    )
