"""The route that explains, as the document tells it."""

from windvane.api.explain.explain_schemas import ExplainAnswer, ExplainRequest
from windvane.api.openapi import examples
from windvane.api.openapi.operation import MODEL_ERRORS, Operation
from windvane.inference.explanation.explainer import MAX_EXPLAIN_CHARS, METHOD

EXPLAIN_REQUEST = {"text": "I love it", "label": "positive"}
EXPLAIN_ANSWER = {
    "model": examples.MODEL,
    "label": "positive",
    "score": 0.98,
    "scores": examples.SCORES,
    "method": METHOD,
    "base_score": 0.1,
    "sum": 0.88,
    "runs": 8,
    "words": [
        {"start": 0, "end": 1, "contribution": 0.03},
        {"start": 2, "end": 6, "contribution": 0.77},
        {"start": 7, "end": 9, "contribution": 0.08},
    ],
}

EXPLAIN_OPERATIONS = (
    Operation(
        method="post",
        path="/v1/explain",
        summary="What each word of a text adds to its score",
        description=f"Of texts of at most {MAX_EXPLAIN_CHARS} characters. The label is the one "
        "that the model chooses unless another of its labels is named. The model is run on the "
        "text with words left out, about a second's worth at most: words of a longer text are "
        "taken together. Nothing is recorded.",
        request=ExplainRequest,
        request_example=EXPLAIN_REQUEST,
        answer=ExplainAnswer,
        answer_example=EXPLAIN_ANSWER,
        errors=MODEL_ERRORS,
    ),
)
