"""Parameters of the routes of results, and links to these routes, as OpenAPI writes them."""

from typing import Any

from windvane.api.examples import RESULT_ID
from windvane.api.request_subject import SUBJECT_SCHEMA
from windvane.api.results.result_query import CLIENT
from windvane.inference.manifest import LONGEST_LABEL_CHARS
from windvane.result_log.query import DEFAULT_LIMIT, MAX_LIMIT
from windvane.result_log.result_id import UUID7

ID_SCHEMA = {"type": "string", "pattern": f"^{UUID7.pattern}$"}
ID_PARAMETER = {
    "name": "result_id",
    "in": "path",
    "required": True,
    "description": "As answered with the result.",
    "schema": ID_SCHEMA,
    "example": RESULT_ID,
}
TIMESTAMP = {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}
SUBJECT_PARAMETER: dict[str, Any] = {
    "name": "subject",
    "in": "query",
    "description": "Only results of texts of this subject, as the request named it.",
    "schema": SUBJECT_SCHEMA,
    "example": "customer-4711",
}
DELETION_PARAMETERS = [{**SUBJECT_PARAMETER, "required": True}]
QUERY_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "label",
        "in": "query",
        "description": "Only results with this label.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_LABEL_CHARS},
        "example": "positive",
    },
    {
        "name": "client",
        "in": "query",
        "description": "Only results of this client.",
        "schema": {"type": "string", "pattern": f"^{CLIENT.pattern}$"},
        "example": "mobile-app",
    },
    SUBJECT_PARAMETER,
    {
        "name": "from",
        "in": "query",
        "description": "Only results made at or after it; a date alone is midnight in UTC.",
        "schema": TIMESTAMP,
        "example": "2026-11-22T21:00:00Z",
    },
    {
        "name": "to",
        "in": "query",
        "description": "Only results made before it.",
        "schema": TIMESTAMP,
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
        "schema": ID_SCHEMA,
        "example": RESULT_ID,
    },
]

_OPERATIONS = {
    "LookUpResult": "get_v1_results_result_id",
    "EraseResult": "delete_v1_results_result_id",
    "CorrectResult": "post_v1_results_result_id_feedback",
}
LINKS_TO_RESULT: dict[str, dict[str, Any]] = {
    name: {"operationId": operation, "parameters": {"result_id": "$response.body#/result_id"}}
    for name, operation in _OPERATIONS.items()
}
"""Link objects from a response with a result id to the routes of that result."""
