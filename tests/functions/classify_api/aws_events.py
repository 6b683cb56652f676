"""Events as AWS's services send them: the samples that SAM ships, and forms that it lacks."""

import json
import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from tests.windvane.api.events import build_rest_event
from tests.windvane.api.lambda_context import FakeLambdaContext

SAMPLES = "samcli/lib/generated_sample_events/events"
WORD = "xyzzy"
"""A word that stands in events for what a caller wrote, and may not stand in the log."""
REST_SAMPLE = "apigateway/AwsProxy"
INVOCATION_ID = FakeLambdaContext().aws_request_id


def read_samples() -> Iterator[tuple[str, Any]]:
    """Read the samples of each service; placeholders become the word."""
    folder = Path(str(distribution("aws-sam-cli").locate_file(SAMPLES)))
    for path in sorted(folder.glob("*/*.json")):
        text = re.sub(r"\{\{\{?[\w. ]*\}?\}\}", WORD, path.read_text(encoding="utf-8"))
        yield f"{path.parent.name}/{path.stem}", json.loads(text)


def build_http_event(domain: str) -> dict[str, Any]:
    """Build an event of format 2.0: of an HTTP API, or of a function URL."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/sentiment",
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "domainName": domain,
            "http": {"method": "POST", "path": "/sentiment", "sourceIp": "192.0.2.1"},
            "requestId": "one",
            "stage": "$default",
        },
        "body": json.dumps({"text": WORD}),
        "isBase64Encoded": False,
    }


def build_balancer_event(*, multi_value: bool) -> dict[str, Any]:
    """Build an event of a load balancer, whose target group has multi-value headers or not."""
    headers: dict[str, Any] = {"content-type": "application/json"}
    return {
        "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:..."}},
        "httpMethod": "POST",
        "path": "/sentiment",
        **(
            {"multiValueHeaders": {name: [value] for name, value in headers.items()}}
            if multi_value
            else {"headers": headers}
        ),
        "body": json.dumps({"text": WORD}),
        "isBase64Encoded": False,
    }


HTTP_EVENTS = {
    "HTTP API request, format 1.0": {
        **build_rest_event("POST", "/sentiment", json.dumps({"text": WORD}).encode()),
        "version": "1.0",
        "requestContext": {"resourceId": None, "resourcePath": "/sentiment"},
    },
    "HTTP API request, format 2.0": build_http_event("abc.execute-api.eu-west-1.amazonaws.com"),
    "function URL request": build_http_event("abc.lambda-url.eu-west-1.on.aws"),
    "load balancer request": build_balancer_event(multi_value=False),
    "VPC Lattice request": {"raw_path": "/sentiment", "method": "POST", "body": WORD},
    "WebSocket message": {
        "requestContext": {"connectionId": "one", "eventType": "MESSAGE"},
        "body": WORD,
    },
}
OTHER_EVENTS: list[tuple[Any, str]] = [
    (None, "null"),
    (True, "boolean"),
    (5, "number"),
    (0.5, "number"),
    (WORD, "string"),
    ([], "list"),
    ([{"httpMethod": "GET", "path": WORD}], "list"),
    ({}, "empty object"),
    ({WORD: WORD}, "object"),
    ({"path": WORD, "requestContext": WORD}, "object"),
    ({"key1": WORD, "key2": WORD, "key3": WORD}, "console test"),
    ({"text": WORD}, "body without its request"),
    ({"texts": [WORD]}, "body without its request"),
    ({"_aws": {"CloudWatchMetrics": []}, "Texts": [1]}, "record of embedded metrics"),
    ({"detail-type": "Object Created", "source": "aws.s3"}, "EventBridge event"),
    ({"detail-type": [WORD]}, "EventBridge event"),
    ({"detail-type": "Scheduled Event", "source": "aws.scheduler"}, "ping"),
    ({"source": "serverless-plugin-warmup"}, "ping"),
    ({"ping": True}, "ping"),
    ({"warmer": True, "concurrency": 2}, "ping"),
    ({"Records": []}, "records"),
    ({"Records": None}, "records"),
    ({"Records": [WORD]}, "records"),
    ({"Records": [{"eventSource": {WORD: 1}}]}, "records"),
    ({"Records": [{"EventSource": "aws:sns"}]}, "SNS records"),
]
