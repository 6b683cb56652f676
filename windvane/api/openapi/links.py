"""Where what an answer holds leads to, for clients and testers that follow it."""

from typing import Any

_OF_ONE_RESULT = {
    "LookUpResult": "get_v1_results_result_id",
    "EraseResult": "delete_v1_results_result_id",
    "CorrectResult": "post_v1_results_result_id_feedback",
}

LINKS_TO_RESULT: dict[str, dict[str, Any]] = {
    name: {"operationId": operation, "parameters": {"result_id": "$response.body#/result_id"}}
    for name, operation in _OF_ONE_RESULT.items()
}
"""OpenAPI's link objects to the routes of a result, from an answer that holds one."""
