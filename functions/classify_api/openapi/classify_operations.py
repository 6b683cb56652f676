"""The routes that classify, as the document tells them."""

from functions.classify_api.openapi import examples
from functions.classify_api.openapi.operation import MODEL_ERRORS, Operation
from functions.classify_api.schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    SentimentAnswer,
    SentimentRequest,
)

CLASSIFY_OPERATIONS = (
    Operation(
        method="post",
        path="/sentiment",
        summary="Classify one text",
        request=SentimentRequest,
        request_example=examples.SENTIMENT_REQUEST,
        answer=SentimentAnswer,
        answer_example=examples.SENTIMENT_ANSWER,
        errors=MODEL_ERRORS,
    ),
    Operation(
        method="post",
        path="/v1/classify",
        summary="Classify several texts; one bad text does not spoil the others",
        request=ClassifyRequest,
        request_example=examples.CLASSIFY_REQUEST,
        answer=ClassifyAnswer,
        answer_example=examples.CLASSIFY_ANSWER,
        errors=MODEL_ERRORS,
    ),
)
