"""The result log in one DynamoDB table.

Both halves of a record's key follow from its id: the partition is its day and the id's last digit,
the sort key the id. So the table's key is the index by time, 16 partitions a day share the writes,
and no second index doubles their price.
"""

import json
import random
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from functions.aws.connection import AwsConnection
from functions.aws.credentials import CredentialSource
from functions.aws.endpoints import find_dynamodb
from functions.aws.errors import AwsError, AwsRefusalError
from functions.result_log.errors import ResultLogUnavailableError
from functions.result_log.record import ResultRecord
from functions.result_log.result_id import read_created_ms, to_timestamp

WRITE_SECONDS = 0.5
"""What an answer waits for its records at most."""

READ_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 0.02
MAX_ITEMS = 25
"""Of one BatchWriteItem:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html"""

TARGET = "DynamoDB_20120810"
SERVER_ERROR = 500
THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)

Item = dict[str, Any]


class DynamoDbResultLog:
    """Keeps records in a table whose key is ``pk`` and ``result_id``."""

    def __init__(self, table: str, environ: Mapping[str, str]) -> None:
        """Keep where the table is; connections are made when needed, one a thread.

        Raises:
            AwsSetupError: The AWS region is not known.
        """
        self._table = table
        self._endpoint = find_dynamodb(environ)
        self._credentials = CredentialSource(environ)
        self._local = threading.local()

    def write(self, records: Sequence[ResultRecord]) -> None:
        """Keep records; what DynamoDB leaves undone is sent again while there is time."""
        deadline = time.monotonic() + WRITE_SECONDS
        puts = [{"PutRequest": {"Item": to_item(record)}} for record in records]
        for start in range(0, len(puts), MAX_ITEMS):
            self._write_all({self._table: puts[start : start + MAX_ITEMS]}, deadline)

    def read(self, result_id: str) -> ResultRecord | None:
        """Look one up."""
        key = {"pk": {"S": to_partition(result_id)}, "result_id": {"S": result_id}}
        asked = {"TableName": self._table, "Key": key, "ConsistentRead": True}
        item = self._call("GetItem", asked, time.monotonic() + READ_SECONDS).get("Item")
        record = to_record(item) if item else None
        # DynamoDB takes up to two days to remove what has expired.
        return record if record and record.expires_at > time.time() else None

    def _write_all(self, requests: Item, deadline: float) -> None:
        pause = FIRST_PAUSE_SECONDS
        while requests:
            answer = self._call("BatchWriteItem", {"RequestItems": requests}, deadline)
            requests = answer.get("UnprocessedItems", {})
            if requests:
                pause = _wait(pause, deadline)

    def _call(self, operation: str, asked: Item, deadline: float) -> Item:
        body = json.dumps(asked).encode()
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._call_once(operation, body, deadline)
            except AwsRefusalError as error:
                if error.code not in THROTTLED and error.status < SERVER_ERROR:
                    raise ResultLogUnavailableError(str(error)) from error
                pause = _wait(pause, deadline, because=error)
            except AwsError as error:
                raise ResultLogUnavailableError(str(error)) from error

    def _call_once(self, operation: str, body: bytes, deadline: float) -> Item:
        if not hasattr(self._local, "connection"):
            self._local.connection = AwsConnection(self._endpoint, self._credentials)
        headers = {
            "content-type": "application/x-amz-json-1.0",
            "x-amz-target": f"{TARGET}.{operation}",
        }
        answer: Item = self._local.connection.call(headers, body, deadline=deadline)
        return answer


def to_partition(result_id: str) -> str:
    """Name the partition of a record: the day of its id, and its last digit.

    Raises:
        ResultIdError: It is no result id.
    """
    return f"{to_timestamp(read_created_ms(result_id))[:10]}#{result_id[-1]}"


def to_item(record: ResultRecord) -> Item:
    """Write a record in DynamoDB's JSON."""
    fields = {"pk": to_partition(record.result_id), **msgspec.to_builtins(record)}
    return {name: _to_attribute(value) for name, value in fields.items()}


def to_record(item: Item) -> ResultRecord:
    """Read a record from DynamoDB's JSON."""
    fields = {name: _from_attribute(attribute) for name, attribute in item.items()}
    return msgspec.convert(fields, ResultRecord)


def _to_attribute(value: object) -> Item:
    if isinstance(value, dict):
        return {"M": {name: _to_attribute(inner) for name, inner in value.items()}}
    return {"S": value} if isinstance(value, str) else {"N": str(value).upper()}


def _from_attribute(attribute: Item) -> object:
    [(kind, value)] = attribute.items()
    if kind == "M":
        return {name: _from_attribute(inner) for name, inner in value.items()}
    return json.loads(value) if kind == "N" else value


def _wait(pause: float, deadline: float, *, because: AwsError | None = None) -> float:
    """Sleep a while, unless time is over; returns the next pause.

    Exponential, with full jitter:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    seconds = random.uniform(0, pause)  # noqa: S311 - no secret
    if time.monotonic() + seconds >= deadline:
        raise ResultLogUnavailableError(str(because or "dynamodb left records undone")) from because
    time.sleep(seconds)
    return 2 * pause
