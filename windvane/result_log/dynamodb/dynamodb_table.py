"""Calls of one DynamoDB table: sent again while there is time, one connection a thread."""

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


class ConditionFailedError(ResultLogUnavailableError):
    """The item is not as the call's condition wants it; nothing was changed."""


class DynamoDbTable:
    """Calls DynamoDB about one table; safe to use from several threads."""

    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        """Keep where the table is; connections are made when needed, one a thread.

        Raises:
            AwsSetupError: The AWS region is not known.
        """
        self.name = name
        self._endpoint = find_dynamodb(environ)
        self._credentials = CredentialSource(environ)
        self._local = threading.local()
        self._connections: list[AwsConnection] = []

    def call(self, operation: str, asked: Item, deadline: float) -> Item:
        """Make a call about the table, once more where it is throttled or DynamoDB is at fault.

        Args:
            operation: DynamoDB's name for it.
            asked: Its parameters, but for the table's name.
            deadline: `time.monotonic` by which the answer must be here.

        Raises:
            ConditionFailedError: The item is not as the condition wants it.
            ResultLogUnavailableError: DynamoDB refused, or did not answer in time.
        """
        # A batch names its tables itself.
        named = asked if "RequestItems" in asked else {"TableName": self.name, **asked}
        body = json.dumps(named).encode()
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._call_once(operation, body, deadline)
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
        answer: Item = self._local.connection.call(headers, body, deadline=deadline)
        return answer


def wait(pause: float, deadline: float, *, because: AwsError | None = None) -> float:
    """Sleep a while, unless time is over; returns the next pause.

    Exponential, with full jitter:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Raises:
        ResultLogUnavailableError: Time is over.
    """
    seconds = random.uniform(0, pause)  # noqa: S311 - no secret
    if time.monotonic() + seconds >= deadline:
        raise ResultLogUnavailableError(str(because or "dynamodb left records undone")) from because
    time.sleep(seconds)
    return 2 * pause
