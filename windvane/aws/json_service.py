"""Calls to an AWS service that speaks JSON: retried until a deadline, one connection per thread."""

import json
import random
import threading
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from windvane.aws.connection import AwsConnection
from windvane.aws.credentials import CredentialSource
from windvane.aws.endpoints import Endpoint
from windvane.aws.errors import AwsRefusalError

FIRST_PAUSE_SECONDS = 0.02
SERVER_ERROR = 500


class JsonProtocol(msgspec.Struct, frozen=True):
    """How a service is spoken to.

    Attributes:
        target: What ``x-amz-target`` has before the operation.
        media_type: Of the requests.
        throttled: Error codes after which a later attempt may succeed, besides status 500 and up.
    """

    target: str
    media_type: str
    throttled: frozenset[str]


class JsonService:
    """Calls one service; safe to use from several threads."""

    def __init__(
        self, endpoint: Endpoint, protocol: JsonProtocol, environ: Mapping[str, str]
    ) -> None:
        """Prepare the calls; connections are opened when needed, one per thread."""
        self._endpoint = endpoint
        self._protocol = protocol
        self._credentials = CredentialSource(environ)
        self._local = threading.local()
        self._connections: list[AwsConnection] = []

    def call(
        self, operation: str, parameters: Mapping[str, Any], deadline: float
    ) -> dict[str, Any]:
        """Call an operation, again if it is throttled or fails, until the deadline.

        Args:
            operation: Its name, such as ``PutItem``.
            parameters: Its parameters.
            deadline: `time.monotonic` by which the response must have arrived.

        Raises:
            AwsError: As `AwsConnection.call` does; the last refusal when the time is up.
        """
        body = json.dumps(parameters).encode()
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._call_once(operation, body, deadline)
            except AwsRefusalError as error:
                is_passing = error.code in self._protocol.throttled or error.status >= SERVER_ERROR
                if not is_passing or not sleep_before_retry(pause, deadline):
                    raise
                pause *= 2

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()

    def _call_once(self, operation: str, body: bytes, deadline: float) -> dict[str, Any]:
        if not hasattr(self._local, "connection"):
            self._local.connection = AwsConnection(self._endpoint, self._credentials)
            self._connections.append(self._local.connection)
        headers = {
            "content-type": self._protocol.media_type,
            "x-amz-target": f"{self._protocol.target}.{operation}",
        }
        response: dict[str, Any] = self._local.connection.call(headers, body, deadline=deadline)
        return response


def sleep_before_retry(pause: float, deadline: float) -> bool:
    """Sleep up to ``pause`` seconds; False, at once, if the deadline would pass.

    Exponential, with full jitter:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    seconds = random.uniform(0, pause)  # noqa: S311 - no secret
    if time.monotonic() + seconds >= deadline:
        return False
    time.sleep(seconds)
    return True
