"""Calls to one DynamoDB table: retried until a deadline, one connection per thread."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from windvane.aws.endpoints import find_dynamodb
from windvane.aws.errors import AwsError, AwsRefusalError
from windvane.aws.json_service import (
    FIRST_PAUSE_SECONDS,
    JsonProtocol,
    JsonService,
    sleep_before_retry,
)
from windvane.result_log.errors import ResultLogUnavailableError

CONDITION_FAILED = "ConditionalCheckFailedException"
THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)
PROTOCOL = JsonProtocol("DynamoDB_20120810", "application/x-amz-json-1.0", THROTTLED)

MAX_ITEMS = 25
"""In one BatchWriteItem:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""

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
        self._service = JsonService(find_dynamodb(environ), PROTOCOL, environ)

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
        try:
            response = self._service.call(operation, call, deadline)
        except AwsError as error:
            if isinstance(error, AwsRefusalError) and error.code == CONDITION_FAILED:
                raise ConditionFailedError(str(error)) from error
            raise ResultLogUnavailableError(str(error)) from error
        return _check(response, operation, parameters)

    def put_items(self, items: Iterable[Item], deadline: float) -> None:
        """Put items; those that DynamoDB left unprocessed are sent again in time.

        Args:
            items: Whole items, in place of those with the same keys.
            deadline: `time.monotonic` by which all must be stored.

        Raises:
            ResultLogUnavailableError: Not all were stored, or not in time.
        """
        self._write([{"PutRequest": {"Item": item}} for item in items], deadline)

    def delete_items(self, keys: Iterable[Item], deadline: float) -> None:
        """Delete items by their keys, as above; one that is not there is none the less deleted.

        Raises:
            ResultLogUnavailableError: Not all were deleted, or not in time.
        """
        self._write([{"DeleteRequest": {"Key": key}} for key in keys], deadline)

    def _write(self, writes: Sequence[Item], deadline: float) -> None:
        for start in range(0, len(writes), MAX_ITEMS):
            requests: Item = {self.name: writes[start : start + MAX_ITEMS]}
            pause = FIRST_PAUSE_SECONDS
            while requests:
                response = self.call("BatchWriteItem", {"RequestItems": requests}, deadline)
                requests = response.get("UnprocessedItems") or {}
                if requests:
                    pause = wait(pause, deadline)

    def close(self) -> None:
        """Close every connection."""
        self._service.close()


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


def wait(pause: float, deadline: float) -> float:
    """Sleep up to ``pause`` seconds before records left undone; return the next pause.

    Raises:
        ResultLogUnavailableError: The deadline would pass.
    """
    if not sleep_before_retry(pause, deadline):
        raise ResultLogUnavailableError("dynamodb left records undone")
    return 2 * pause
