"""Names the kinds of event that a Lambda function may be sent, beside requests of a REST API.

A name never holds anything of the event itself. Forms are AWS's:
https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
"""

from collections.abc import Mapping
from typing import Any

PING = "ping"

_JSON_KINDS = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    list: "list",
}
_PING_KEYS = ("keepalive", "ping", "warmer", "warmup")
_PING_SOURCES = ("serverless-plugin-warmup",)
_SCHEDULED = ("Scheduled Event",)
_RECORD_KINDS = {
    "aws:dynamodb": "DynamoDB records",
    "aws:kinesis": "Kinesis records",
    "aws:s3": "S3 records",
    "aws:ses": "SES records",
    "aws:sns": "SNS records",
    "aws:sqs": "SQS records",
}
_KINDS_BY_KEY = {
    "_aws": "record of embedded metrics",
    "awslogs": "CloudWatch Logs",
    "detail-type": "EventBridge event",
    "methodArn": "authorizer request",
    "triggerSource": "Cognito trigger",
    "ResponseURL": "CloudFormation request",
    "LifecycleEventHookExecutionId": "CodeDeploy hook",
    "deliveryStreamArn": "Firehose records",
    "Records": "records",
    "records": "records",
    "key1": "console test",
    "text": "body without its request",
    "texts": "body without its request",
}
"""Kinds by a key that only they have; the first one counts."""

_HTTP_KINDS_BY_CONTEXT_KEY = {
    "elb": "load balancer request",
    "serviceNetworkArn": "VPC Lattice request",
    "connectionId": "WebSocket message",
}
_HTTP_KINDS_BY_VERSION = {
    "1.0": "HTTP API request, format 1.0",
    "2.0": "HTTP API request, format 2.0",
}


def name_http_kind(event: object) -> str | None:
    """Name the kind of an HTTP request that did not come through a REST API; None if it is none."""
    if not isinstance(event, dict) or "methodArn" in event:
        return None
    context = _to_mapping(event.get("requestContext"))
    for key, kind in _HTTP_KINDS_BY_CONTEXT_KEY.items():
        if key in context:
            return kind
    if "raw_path" in event:
        return "VPC Lattice request"
    if "http" not in context and "httpMethod" not in event:
        return None
    if ".lambda-url." in str(context.get("domainName")):
        return "function URL request"
    return _HTTP_KINDS_BY_VERSION.get(str(event.get("version")), "HTTP request")


def name_kind(event: object) -> str:
    """Name the kind of an event that is no HTTP request."""
    if not isinstance(event, dict):
        return _JSON_KINDS.get(type(event), "value")
    if not event:
        return "empty object"
    if _is_ping(event):
        return PING
    kind = next((kind for key, kind in _KINDS_BY_KEY.items() if key in event), "object")
    return _name_records(event) if kind == "records" else kind


def _is_ping(event: Mapping[str, Any]) -> bool:
    """Whether somebody keeps the function warm: EventBridge, its Scheduler, or a plug-in."""
    return (
        event.get("detail-type") in _SCHEDULED
        or event.get("source") in _PING_SOURCES
        or any(key in event for key in _PING_KEYS)
    )


def _name_records(event: Mapping[str, Any]) -> str:
    records = event.get("Records")
    first = _to_mapping(records[0]) if isinstance(records, list) and records else {}
    # SNS writes the name in another case than the others.
    source = first.get("eventSource") or first.get("EventSource")
    return _RECORD_KINDS.get(str(source), "records")


def _to_mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
