"""The routes that classify, as the document tells them."""

from windvane.api.classify.classify_schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    SentimentAnswer,
    SentimentRequest,
)
from windvane.api.openapi import examples
from windvane.api.openapi.links import LINKS_TO_RESULT
from windvane.api.openapi.operation import MODEL_ERRORS, Operation
from windvane.api.problems import KeyInUseError, KeyReusedError, LogUnavailableError

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Of the caller's own making, one a request. Sent again within a day, the same "
    "request gets the first answer with the header `Idempotency-Replayed: true`, and is not "
    "recorded again. Answers are kept where results are recorded; elsewhere the key does nothing.",
    "schema": {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 255},
    "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
}
ONCE_ERRORS = (*MODEL_ERRORS, KeyInUseError, KeyReusedError, LogUnavailableError)

CLASSIFY_OPERATIONS = (
    Operation(
        method="post",
        path="/sentiment",
        summary="Classify one text",
        request=SentimentRequest,
        request_example=examples.SENTIMENT_REQUEST,
        answer=SentimentAnswer,
        answer_example=examples.SENTIMENT_ANSWER,
        headers=["Idempotency-Replayed"],
        links=LINKS_TO_RESULT,
        parameters=[IDEMPOTENCY_KEY],
        errors=ONCE_ERRORS,
    ),
    Operation(
        method="post",
        path="/v1/classify",
        summary="Classify several texts; one bad text does not spoil the others",
        request=ClassifyRequest,
        request_example=examples.CLASSIFY_REQUEST,
        answer=ClassifyAnswer,
        answer_example=examples.CLASSIFY_ANSWER,
        headers=["Idempotency-Replayed"],
        parameters=[IDEMPOTENCY_KEY],
        errors=ONCE_ERRORS,
    ),
)
