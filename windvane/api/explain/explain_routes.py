"""``/v1/explain``: what each word of a text adds to its score."""

from windvane.api.examples import MODEL, SCORES
from windvane.api.route import MODEL_ERRORS, Lazy, Route

EXPLAIN_ROUTES = (
    Route(
        method="POST",
        path="/v1/explain",
        handler=Lazy("windvane.api.explain.explain_handler:explain_text"),
        is_slow=True,
        summary="What each word of a text adds to its score",
        description=Lazy("windvane.api.explain.explain_limits:DESCRIPTION"),
        request=Lazy("windvane.api.explain.explain_schemas:ExplainRequest"),
        request_example={"text": "I love it", "label": "positive"},
        response=Lazy("windvane.api.explain.explain_schemas:ExplainAnswer"),
        response_example={
            "model": MODEL,
            "label": "positive",
            "score": 0.98,
            "scores": SCORES,
            "language": "en",
            "method": "shapley-permutations",
            "base_score": 0.1,
            "sum": 0.88,
            "runs": 8,
            "words": [
                {"start": 0, "end": 1, "contribution": 0.03},
                {"start": 2, "end": 6, "contribution": 0.77},
                {"start": 7, "end": 9, "contribution": 0.08},
            ],
        },
        limit_schemas=Lazy("windvane.api.explain.explain_limits:limit_explain"),
        errors=MODEL_ERRORS,
    ),
)
