"""The result log's routes, as the document tells them."""

from http import HTTPStatus
from typing import Any

from windvane.api.openapi import examples
from windvane.api.openapi.operation import BODY_ERRORS, Operation
from windvane.api.problems import (
    FieldRuleError,
    LogUnavailableError,
    MalformedRequestError,
    ResultNotFoundError,
)
from windvane.api.results.result_query import MAX_LABEL_CHARS
from windvane.api.results.result_schemas import FeedbackRequest, ResultList
from windvane.result_log.query import DEFAULT_LIMIT, MAX_LIMIT
from windvane.result_log.record import ResultRecord
from windvane.result_log.result_id import UUID7

RESULT_ID_SCHEMA = {"type": "string", "pattern": f"^{UUID7.pattern}$"}
RESULT_ID_PARAMETER = {
    "name": "result_id",
    "in": "path",
    "required": True,
    "description": "As answered with the result.",
    "schema": RESULT_ID_SCHEMA,
    "example": examples.RESULT_ID,
}
MOMENT = {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}
QUERY_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "label",
        "in": "query",
        "description": "Only results with this label.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_LABEL_CHARS},
        "example": "positive",
    },
    {
        "name": "from",
        "in": "query",
        "description": "Only results made at or after it; a date alone is midnight in UTC.",
        "schema": MOMENT,
        "example": "2026-11-22T21:00:00Z",
    },
    {
        "name": "to",
        "in": "query",
        "description": "Only results made before it.",
        "schema": MOMENT,
        "example": "2026-11-23",
    },
    {
        "name": "limit",
        "in": "query",
        "description": "Most results of the page.",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_LIMIT,
        },
        "example": DEFAULT_LIMIT,
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "As answered with the page before. Results that are made in the meantime "
        "move nothing.",
        "schema": RESULT_ID_SCHEMA,
        "example": examples.RESULT_ID,
    },
]
RESULT_ERRORS = (
    MalformedRequestError,
    ResultNotFoundError,
    FieldRuleError,
    LogUnavailableError,
)
NOT_RECORDED = "Where results are not recorded the answer is 404."

RESULT_OPERATIONS = (
    Operation(
        method="get",
        path="/v1/results",
        summary="What was answered, newest first",
        description=f"A page may be short, or empty, and still have a cursor. {NOT_RECORDED}",
        parameters=QUERY_PARAMETERS,
        answer=ResultList,
        answer_example={"results": [examples.RESULT_ANSWER], "cursor": examples.RESULT_ID},
        errors=RESULT_ERRORS,
    ),
    Operation(
        method="get",
        path="/v1/results/{result_id}",
        summary="What was answered, until it expires",
        parameters=[RESULT_ID_PARAMETER],
        answer=ResultRecord,
        answer_example=examples.RESULT_ANSWER,
        errors=RESULT_ERRORS,
    ),
    Operation(
        method="delete",
        path="/v1/results/{result_id}",
        summary="Erase what was answered, for good",
        description="An answer that is kept for an Idempotency-Key stays for its day: label, "
        "scores and result id, never the text.",
        parameters=[RESULT_ID_PARAMETER],
        status=HTTPStatus.NO_CONTENT,
        errors=RESULT_ERRORS,
    ),
    Operation(
        method="post",
        path="/v1/results/{result_id}/feedback",
        summary="Say which label is right",
        description="The label is one of those in the result's scores. The last one said stays.",
        parameters=[RESULT_ID_PARAMETER],
        request=FeedbackRequest,
        request_example={"label": "neutral"},
        answer=ResultRecord,
        answer_example={**examples.RESULT_ANSWER, "feedback_label": "neutral"},
        errors=(*BODY_ERRORS, ResultNotFoundError, LogUnavailableError),
    ),
)
