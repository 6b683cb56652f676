"""Calls to one DynamoDB table: retried until a deadline, one connection per thread."""

import json
import random
import threading
import time
from collections.abc import Mapping
from typing import Any

from windvane.aws.connection import AwsConnection
from windvane.aws.credentials import CredentialSource
from windvane.aws.endpoints import find_dynamodb
from windvane.aws.errors import AwsError, AwsRefusalError
from windvane.result_log.errors import ResultLogUnavailableError

FIRST_PAUSE_SECONDS = 0.02
TARGET = "DynamoDB_20120810"
SERVER_ERROR = 500
CONDITION_FAILED = "ConditionalCheckFailedException"
THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)

Item = dict[str, Any]

MEMBERS: dict[str, type] = {
    "Attributes": dict,
    "Item": dict,
    "Items": list,
    "LastEvaluatedKey": dict,
    "Responses": dict,
    "UnprocessedItems": dict,
    "UnprocessedKeys": dict,
}
"""The members of responses that this package reads."""


class ConditionFailedError(ResultLogUnavailableError):
    """The item does not meet the call's condition; nothing was changed."""


class DynamoDbTable:
    """Calls DynamoDB for one table; safe to use from several threads."""

    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        """Find the endpoint; connections are opened when needed, one per thread.

        Raises:
            AwsSetupError: The AWS region is not known.
        """
        self.name = name
        self._endpoint = find_dynamodb(environ)
        self._credentials = CredentialSource(environ)
        self._local = threading.local()
        self._connections: list[AwsConnection] = []

    def call(self, operation: str, parameters: Item, deadline: float) -> Item:
        """Call DynamoDB, with retries if it throttles the call or fails.

        Args:
            operation: Name of the operation, such as ``PutItem``.
            parameters: Its parameters without the table's name.
            deadline: `time.monotonic` by which the response must have arrived.

        Raises:
            ConditionFailedError: The item does not meet the call's condition.
            ResultLogUnavailableError: DynamoDB refused, did not answer in time, or left out what
                such a response has.
        """
        # A batch names its tables in its items.
        call = (
            parameters if "RequestItems" in parameters else {"TableName": self.name, **parameters}
        )
        body = json.dumps(call).encode()
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return _check(self._call_once(operation, body, deadline), operation, parameters)
            except AwsRefusalError as error:
                if error.code == CONDITION_FAILED:
                    raise ConditionFailedError(str(error)) from error
                if error.code not in THROTTLED and error.status < SERVER_ERROR:
                    raise ResultLogUnavailableError(str(error)) from error
                pause = wait(pause, deadline, because=error)
            except AwsError as error:
                raise ResultLogUnavailableError(str(error)) from error

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self._local = threading.local()

    def _call_once(self, operation: str, body: bytes, deadline: float) -> Item:
        if not hasattr(self._local, "connection"):
            self._local.connection = AwsConnection(self._endpoint, self._credentials)
            self._connections.append(self._local.connection)
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"{TARGET}.{operation}",
        }
        response: Item = self._local.connection.call(headers, body, deadline=deadline)
        return response


def _check(response: Item, operation: str, parameters: Item) -> Item:
    """Raise an error if a member of the response is missing or is not of its type."""
    required = {"Query": {"Items"}, "BatchGetItem": {"Responses"}}.get(operation, set())
    if parameters.get("ReturnValues") == "ALL_NEW":
        required = {"Attributes"}
    for name, kind in MEMBERS.items():
        value = response.get(name)
        if (value is None and name in required) or not isinstance(value, kind | None):
            raise ResultLogUnavailableError(f"dynamodb sent a response without valid {name}")
    if (last := response.get("LastEvaluatedKey")) and not _is_key(last):
        raise ResultLogUnavailableError("dynamodb sent a response without valid LastEvaluatedKey")
    return response


def _is_key(key: Item) -> bool:
    try:
        return isinstance(key["result_id"]["S"], str)
    except (KeyError, TypeError):
        return False


def wait(pause: float, deadline: float, *, because: AwsError | None = None) -> float:
    """Sleep up to ``pause`` seconds; return the next pause.

    Exponential, with full jitter:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Raises:
        ResultLogUnavailableError: The deadline would pass.
    """
    seconds = random.uniform(0, pause)  # noqa: S311 - no secret
    if time.monotonic() + seconds >= deadline:
        raise ResultLogUnavailableError(str(because or "dynamodb left records undone")) from because
    time.sleep(seconds)
    return 2 * pause
