import json
from typing import Any

import pytest

from functions.classify_api.event_kinds import name_http_kind, name_kind
from tests.functions.classify_api.aws_events import (
    HTTP_EVENTS,
    OTHER_EVENTS,
    WORD,
    read_samples,
)

KINDS_OF_SAMPLES = {
    "alb/ALBRequest": "load balancer request",
    "apigateway/ApiGatewayAuthorizer": "authorizer request",
    "apigateway/ApiGatewayRestRequestAuthorizer": "authorizer request",
    "apigateway/HttpApi": "HTTP API request, format 2.0",
    "cloudformation/CfnCreateRequest": "CloudFormation request",
    "cloudwatch/CloudwatchLogs": "CloudWatch Logs",
    "cloudwatch/ScheduledEvent": "ping",
    "dynamodb/DynamoDBUpdate": "DynamoDB records",
    "kinesis/Kinesis": "Kinesis records",
    "kinesis/KinesisFirehose": "Firehose records",
    "s3/S3Put": "S3 records",
    "ses/SesEmailReceiving": "SES records",
    "sns/Sns": "SNS records",
    "sqs/Sqs": "SQS records",
}


def test_kinds_of_the_samples_of_aws() -> None:
    samples = dict(read_samples())

    named = {
        name: name_http_kind(samples[name]) or name_kind(samples[name]) for name in KINDS_OF_SAMPLES
    }

    assert named == KINDS_OF_SAMPLES


@pytest.mark.parametrize(("kind", "event"), HTTP_EVENTS.items(), ids=list(HTTP_EVENTS))
def test_kind_of_a_request_past_the_rest_api(kind: str, event: dict[str, Any]) -> None:
    assert name_http_kind(event) == kind


@pytest.mark.parametrize(
    ("event", "kind"), OTHER_EVENTS, ids=[json.dumps(event)[:40] for event, _ in OTHER_EVENTS]
)
def test_kind_of_an_event_that_is_no_request(event: Any, kind: str) -> None:
    assert name_http_kind(event) is None
    assert name_kind(event) == kind
    assert WORD not in kind
