"""The request and response of ``/v1/explain``, field by field."""

from typing import Annotated

import msgspec

from windvane.api.classify.classify_schemas import Language, ModelName, Score
from windvane.inference.explanation.explainer import METHOD, Contribution, Explanation
from windvane.inference.manifest import Manifest
from windvane.inference.predictions import round_score, round_scores

Difference = Annotated[float, msgspec.Meta(ge=-1, le=1, description="Of two probabilities.")]


class ExplainRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text, and the label to explain if not the one that the model chooses."""

    text: str
    label: str | msgspec.UnsetType = msgspec.UNSET


class WordContribution(msgspec.Struct, frozen=True):
    """What a word adds to the score; of a longer text, a few neighbouring words together.

    ``start`` and ``end`` count characters (Unicode code points) of the text, the end left out.
    """

    start: Annotated[int, msgspec.Meta(ge=0)]
    end: Annotated[int, msgspec.Meta(ge=1)]
    contribution: Difference


class ExplainAnswer(msgspec.Struct, frozen=True):
    """A label's score, split among the words of the text, in their order.

    ``score`` is the label's, and ``base_score`` what it is where an ellipsis stands for all words;
    all contributions add up to ``sum``, the difference. ``method`` is ``shapley-permutations``:
    Shapley values, averaged over sampled orders of the words, which took ``runs`` runs of the
    model. The same text gets the same answer.
    """

    model: ModelName
    label: str
    score: Score
    scores: dict[str, Score]
    language: Language
    method: str
    base_score: Score
    sum: Difference
    runs: Annotated[int, msgspec.Meta(ge=1)]
    words: list[WordContribution]


def to_explain_answer(explanation: Explanation, manifest: Manifest) -> ExplainAnswer:
    """Build the response of ``/v1/explain``."""
    scores = explanation.prediction.scores
    return ExplainAnswer(
        model=ModelName(manifest.name, manifest.version),
        label=explanation.label,
        score=round_score(scores[explanation.label]),
        scores=round_scores(scores),
        language=explanation.prediction.language,
        method=METHOD,
        base_score=round_score(explanation.base_score),
        sum=round_score(sum(word.contribution for word in explanation.words)),
        runs=explanation.runs,
        words=[_round_word(word) for word in explanation.words],
    )


def _round_word(word: Contribution) -> WordContribution:
    return WordContribution(word.start, word.end, round_score(word.contribution))
