"""Answers to events that are no requests of the REST API; imported when the first one comes.

The REST API checks API keys and says which client sent a request. Requests that come past it (a
function URL, an HTTP API, a load balancer) are therefore refused. Anything else gets an answer that
says what the function takes: an exception would set off an alarm, and be retried.
"""

from http import HTTPStatus
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import Response

from functions.classify_api.event_kinds import PING, name_http_kind, name_kind
from windvane.api.problems import MalformedRequestError, RouteNotFoundError, to_response
from windvane.api.request_trace import RequestTrace
from windvane.api.response_headers import list_common_headers
from windvane.observability import logger

TAKES = "requests of its API Gateway REST API"
EXAMPLE = {"httpMethod": "GET", "path": "/health"}
"""The smallest event that is served."""

_Headers = dict[str, str]


class _Identity(msgspec.Struct, rename="camel"):
    api_key_id: str | None = None


class _RequestContext(msgspec.Struct):
    identity: _Identity | None = None


_FIELD_TYPES: dict[str, Any] = {
    "httpMethod": str,
    "path": str,
    "headers": _Headers | None,
    "multiValueHeaders": dict[str, list[str]] | None,
    "queryStringParameters": dict[str, str] | None,
    "multiValueQueryStringParameters": dict[str, list[str]] | None,
    "requestContext": _RequestContext | None,
    "stageVariables": dict[str, str] | None,
    "body": str | None,
}
"""Fields of a request that the routes read:
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html"""


def answer_other_event(event: object, trace: RequestTrace) -> dict[str, Any]:
    """Log the kind of an event that is no request of the REST API, and answer it."""
    if http_kind := name_http_kind(event):
        logger.warning("event not served", kind=http_kind)
        return _refuse_http(event, trace)
    kind = name_kind(event)
    log = logger.info if kind == PING else logger.warning
    log("event not served", kind=kind)
    return {
        "function": "Windvane: sentiment of a text",
        "received": kind,
        "message": f"This function serves {TAKES}. The event was not served.",
        "takes": EXAMPLE,
    }


def answer_malformed(event: dict[str, Any], trace: RequestTrace) -> dict[str, Any] | None:
    """Answer a request of which a field has a type that API Gateway never sends.

    Returns:
        A response, or None if every field is of its type.
    """
    field = _find_malformed_field(event)
    if field is None:
        return None
    logger.warning("event not served", kind="malformed request", field=field)
    response = to_response(MalformedRequestError(field, "of the type that API Gateway sends"))
    headers = {name: [value] for name, value in _list_headers(response, trace).items()}
    return {**_to_response(response), "multiValueHeaders": headers}


def _find_malformed_field(event: dict[str, Any]) -> str | None:
    for field, field_type in _FIELD_TYPES.items():
        try:
            msgspec.convert(event.get(field), field_type)
        except msgspec.ValidationError:
            return field
    return None


def _refuse_http(event: Any, trace: RequestTrace) -> dict[str, Any]:  # noqa: ANN401 - AWS's
    """Build a response for HTTP APIs, function URLs, load balancers and VPC Lattice."""
    hint = "Send it to the REST API, which checks API keys."
    response = to_response(RouteNotFoundError("event", f"one of the {TAKES}", hint=hint))
    headers = _list_headers(response, trace)
    answer = {**_to_response(response), "headers": headers}
    if "multiValueHeaders" in event:
        # A load balancer reads the headers of the form that it sent.
        answer["multiValueHeaders"] = {name: [value] for name, value in headers.items()}
    status = HTTPStatus(response.status_code)
    return {**answer, "statusDescription": f"{status.value} {status.phrase}"}


def _list_headers(response: Response[str], trace: RequestTrace) -> _Headers:
    headers = {"Content-Type": str(response.content_type)}
    return {**headers, **list_common_headers(trace, headers)}


def _to_response(response: Response[str]) -> dict[str, Any]:
    return {
        "statusCode": response.status_code,
        "body": response.body,
        "isBase64Encoded": False,
    }
