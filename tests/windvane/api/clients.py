"""One way to send a request, to the Lambda function or to the local server."""

import json
from collections.abc import Mapping
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
from aws_lambda_powertools.utilities.typing import LambdaContext

from tests.windvane.api.events import build_rest_event

JSON_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client(Protocol):
    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer: ...


class Resolver(Protocol):
    def resolve(self, event: dict[str, Any], context: Any, /) -> dict[str, Any]: ...


class LambdaClient:
    """Calls the function as API Gateway does."""

    def __init__(
        self,
        app: Resolver,
        *,
        key_id: str | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._app = app
        self._key_id = key_id
        self._variables = variables

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        event = build_rest_event(method, path, body, headers)
        event["requestContext"]["identity"]["apiKeyId"] = self._key_id
        event["stageVariables"] = self._variables
        # Each request in a context of its own: the next test is none of this caller's.
        resolved = copy_context().run(self._app.resolve, event, LambdaContext())
        answer = json.loads(json.dumps(resolved))
        sent = {name.lower(): ", ".join(v) for name, v in answer["multiValueHeaders"].items()}
        return Answer(answer["statusCode"], sent, answer["body"])


class HttpClient:
    """Calls a server over HTTP, keeping the connection."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        answer = self._client.request(method, path, content=body, headers=headers)
        return Answer(answer.status_code, dict(answer.headers), answer.text)


def post_json(client: Client, path: str, value: object) -> Answer:
    return client.send("POST", path, json.dumps(value).encode(), JSON_TYPE)
