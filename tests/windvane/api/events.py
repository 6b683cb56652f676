"""API Gateway REST events, as a Lambda function is sent them."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs


def build_rest_event(
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    stage: str = "prod",
) -> dict[str, Any]:
    """Build the event; a body that is not UTF-8 comes as base64, as binary media types do."""
    sent = {
        "Accept": "*/*",
        "Host": "abc123.execute-api.eu-west-1.amazonaws.com",
        "User-Agent": "curl/8.5.0",
        "X-Amzn-Trace-Id": "Root=1-66f2a7c0-0123456789abcdef01234567",
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **(headers or {}),
    }
    text, is_base64 = _encode_body(body)
    path, _, query = path.partition("?")
    parameters = parse_qs(query, keep_blank_values=True)
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": {n: values[-1] for n, values in parameters.items()} or None,
        "multiValueQueryStringParameters": parameters or None,
        "pathParameters": {"proxy": path.strip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourceId": "abc123",
            "resourcePath": "/{proxy+}",
            "httpMethod": method,
            "path": f"/{stage}{path}",
            "accountId": "123456789012",
            "protocol": "HTTP/1.1",
            "stage": stage,
            "domainName": sent["Host"],
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "requestTimeEpoch": 1_750_000_000_000,
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "curl/8.5.0"},
            "apiId": "abc123",
        },
        "body": text,
        "isBase64Encoded": is_base64,
    }


def _encode_body(body: bytes | None) -> tuple[str | None, bool]:
    if body is None:
        return None, False
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True
