"""The id of a request's API key, which API Gateway writes into the event of a function.

https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from collections.abc import Mapping
from typing import Any

HEADERS = 6
"""Place of the headers among the arguments of the emulator's function."""


def add_key_identity() -> None:
    """Let the events have the id of the key."""
    from ministack.services import apigateway_v1  # tests of the rest run without the emulator

    build = apigateway_v1._build_lambda_event_v1

    def build_with_key(*arguments: Any, **options: Any) -> Any:
        value = apigateway_v1._api_key_from_request(arguments[HEADERS])
        event = build(*arguments, **options)
        return write_key(event, apigateway_v1._resolve_api_key(value))

    apigateway_v1._build_lambda_event_v1 = build_with_key


def write_key(event: dict[str, Any], key: Mapping[str, Any] | None) -> dict[str, Any]:
    """Write a key into an event; without one, it stays as it is."""
    if key:
        event["requestContext"]["identity"] |= {"apiKey": key["value"], "apiKeyId": key["id"]}
    return event
