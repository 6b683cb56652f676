"""``/sentiment`` and ``/v1/classify``: texts in, labels and scores out."""

from windvane.api.classify.classify_handlers import classify, sentiment
from windvane.api.classify.classify_schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    SentimentAnswer,
    SentimentRequest,
    TextRefusal,
    TextResult,
)
from windvane.api.examples import MODEL, MODEL_ID, RESULT_ID, SCORES
from windvane.api.problems import KeyInUseError, KeyReusedError, LogUnavailableError
from windvane.api.route import MODEL_ERRORS, Lazy, Route

KEY_PARAMETER = Lazy("windvane.api.classify.idempotency:KEY_PARAMETER")
ERRORS = (*MODEL_ERRORS, KeyInUseError, KeyReusedError, LogUnavailableError)

CLASSIFY_ROUTES = (
    Route(
        method="POST",
        path="/sentiment",
        handler=sentiment,
        is_slow=True,
        summary="Classify one text",
        parameters=(KEY_PARAMETER,),
        request=SentimentRequest,
        request_example={"text": "I love it", "min_score": 0.6},
        response=SentimentAnswer,
        response_example={
            "sentiment": "positive",
            "score": 0.98,
            "scores": SCORES,
            "language": "en",
            "model": MODEL_ID,
            "result_id": RESULT_ID,
            "logged": True,
        },
        response_headers=("Idempotency-Replayed",),
        links=Lazy("windvane.api.results.result_parameters:LINKS_TO_RESULT"),
        limit_schemas=Lazy("windvane.api.classify.classify_limits:limit_sentiment"),
        errors=ERRORS,
    ),
    Route(
        method="POST",
        path="/v1/classify",
        handler=classify,
        is_slow=True,
        summary="Classify several texts; one bad text does not spoil the others",
        parameters=(KEY_PARAMETER,),
        request=ClassifyRequest,
        request_example={"texts": ["I love it", ""], "min_score": 0.6},
        response=ClassifyAnswer,
        response_example={
            "model": MODEL,
            "results": [
                {
                    "label": "positive",
                    "score": 0.98,
                    "scores": SCORES,
                    "language": "en",
                    "tokens": 5,
                    "windows": 1,
                    "result_id": RESULT_ID,
                    "logged": True,
                },
                {"error": {"field": "texts[1]", "rule": "not blank"}},
            ],
        },
        response_headers=("Idempotency-Replayed",),
        referenced_types=(TextResult, TextRefusal),
        limit_schemas=Lazy("windvane.api.classify.classify_limits:limit_classify"),
        errors=ERRORS,
    ),
)
