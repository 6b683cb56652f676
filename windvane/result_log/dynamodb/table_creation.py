"""Creates the result log's table in a DynamoDB-compatible store; in AWS the stack creates it."""

import os
import sys
import time
from collections.abc import Mapping
from typing import Any

from windvane.aws.errors import AwsError, AwsRefusalError
from windvane.facts import CLIENT_INDEX, SUBJECT_INDEX
from windvane.result_log.dynamodb.dynamodb_table import DynamoDbTable
from windvane.result_log.errors import ResultLogUnavailableError

START_SECONDS = 60.0
"""How long the store may take to start."""

URI_PREFIX = "dynamodb://"


def _build_key(partition: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": "result_id", "KeyType": "RANGE"},
    ]


def _build_index(name: str, partition: str, filtered: list[str]) -> dict[str, Any]:
    projection = {"ProjectionType": "INCLUDE", "NonKeyAttributes": filtered}
    return {"IndexName": name, "KeySchema": _build_key(partition), "Projection": projection}


TABLE_DEFINITION: dict[str, Any] = {
    "KeySchema": _build_key("pk"),
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"}
        for name in ("pk", "result_id", "client_pk", "subject_pk")
    ],
    "GlobalSecondaryIndexes": [
        _build_index(CLIENT_INDEX, "client_pk", ["label", "expires_at"]),
        _build_index(SUBJECT_INDEX, "subject_pk", ["label", "expires_at", "client"]),
    ],
    "BillingMode": "PAY_PER_REQUEST",
}
"""The parameters of CreateTable, without the table's name."""


EXPIRY = {"Enabled": True, "AttributeName": "expires_at"}


def create_table(name: str, environ: Mapping[str, str]) -> bool:
    """Create the table if it does not exist; return whether this call created it.

    Args:
        name: Name of the table.
        environ: Region, credentials and endpoint, under the names that every AWS SDK reads.

    Raises:
        AwsSetupError: The region or the credentials are not known.
        ResultLogUnavailableError: The store refused, or did not answer in time.
    """
    deadline = time.monotonic() + START_SECONDS
    table = DynamoDbTable(name, environ)
    try:
        table.call("CreateTable", TABLE_DEFINITION, deadline)
    except ResultLogUnavailableError as error:
        cause = error.__cause__
        if isinstance(cause, AwsRefusalError) and cause.code == "ResourceInUseException":
            return False
        raise
    table.call("UpdateTimeToLive", {"TimeToLiveSpecification": EXPIRY}, deadline)
    return True


def main(environ: Mapping[str, str]) -> None:
    """Create the table that ``WINDVANE_RESULT_LOG_URI`` names, or exit with a sentence."""
    uri = environ.get("WINDVANE_RESULT_LOG_URI", "")
    if not uri.startswith(URI_PREFIX):
        sys.exit("WINDVANE_RESULT_LOG_URI names no table; it must be dynamodb://TABLE.")
    try:
        create_table(uri.removeprefix(URI_PREFIX), environ)
    except (AwsError, ResultLogUnavailableError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(os.environ)
