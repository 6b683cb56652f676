"""The result log's routes, as the document tells them."""

from functions.classify_api.openapi import examples
from functions.classify_api.openapi.operation import Operation
from functions.classify_api.problems import (
    FieldRuleError,
    LogUnavailableError,
    MalformedRequestError,
    ResultNotFoundError,
)
from functions.result_log.record import ResultRecord

RESULT_ID_PARAMETER = {
    "name": "result_id",
    "in": "path",
    "required": True,
    "description": "As answered with the result.",
    "schema": {"type": "string", "format": "uuid"},
}

RESULT_OPERATIONS = (
    Operation(
        method="get",
        path="/v1/results/{result_id}",
        summary="What was answered, until it expires",
        parameters=[RESULT_ID_PARAMETER],
        answer=ResultRecord,
        answer_example=examples.RESULT_ANSWER,
        errors=(
            MalformedRequestError,
            ResultNotFoundError,
            FieldRuleError,
            LogUnavailableError,
        ),
    ),
)
