"""The result log in one DynamoDB table; see `dynamodb_items` for its layout."""

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from windvane.result_log.dynamodb.dynamodb_items import (
    Item,
    is_expired,
    is_of,
    to_attribute,
    to_item,
    to_key,
    to_record,
)
from windvane.result_log.dynamodb.dynamodb_table import ConditionFailedError, DynamoDbTable
from windvane.result_log.record import ResultRecord
from windvane.result_log.time_limits import READ_SECONDS, WRITE_SECONDS

if TYPE_CHECKING:
    from windvane.result_log.dynamodb.dynamodb_listing import DynamoDbListing
    from windvane.result_log.idempotency_records import IdempotencyRecords
    from windvane.result_log.query import Deletion, ResultPage, ResultQuery

IS_CLIENTS = "#client = :client"


class DynamoDbResultLog:
    """Keeps records in a table whose key is ``pk`` and ``result_id``.

    A deleted record leaves the table at once, and its backups when they expire: 35 days later if
    point-in-time recovery is on.
    """

    def __init__(self, table: str, environ: Mapping[str, str], *, retention_days: int) -> None:
        """Find the endpoint; connections are opened when needed.

        Args:
            table: Its name.
            environ: Region, credentials and endpoint, by the names that every AWS SDK reads.
            retention_days: How far back a listing goes.

        Raises:
            AwsSetupError: The AWS region is not known.
        """
        self._table = DynamoDbTable(table, environ)
        self._retention_days = retention_days

    @cached_property
    def idempotency_records(self) -> "IdempotencyRecords":
        """Idempotency records, stored in the same table."""
        from windvane.result_log.dynamodb.dynamodb_idempotency import DynamoDbIdempotencyRecords

        return DynamoDbIdempotencyRecords(self._table)

    @cached_property
    def _listing(self) -> "DynamoDbListing":
        from windvane.result_log.dynamodb.dynamodb_listing import DynamoDbListing

        return DynamoDbListing(self._table, self._retention_days)

    def write(self, records: Sequence[ResultRecord]) -> None:
        """Store records; items that DynamoDB left unprocessed are sent again in time."""
        self._table.put_items(map(to_item, records), time.monotonic() + WRITE_SECONDS)

    def read(self, result_id: str, *, client: str | None = None) -> ResultRecord | None:
        """Look up a record."""
        parameters = {"Key": to_key(result_id), "ConsistentRead": True}
        response = self._table.call("GetItem", parameters, time.monotonic() + READ_SECONDS)
        item = response.get("Item")
        if not item or is_expired(item) or not is_of(item, client):
            return None
        return to_record(result_id, item)

    def list(self, query: "ResultQuery") -> "ResultPage":
        """List records, newest first."""
        return self._listing.list(query)

    def delete(self, result_id: str, *, client: str | None = None) -> bool:
        """Erase a record."""
        parameters = {"Key": to_key(result_id), "ReturnValues": "ALL_OLD"}
        if client is not None:
            parameters |= _build_condition([IS_CLIENTS], {":client": client})
        try:
            response = self._table.call("DeleteItem", parameters, time.monotonic() + READ_SECONDS)
        except ConditionFailedError:
            return False
        item = response.get("Attributes")
        return item is not None and not is_expired(item)

    def delete_matching(self, query: "ResultQuery", seconds: float) -> "Deletion":
        """Erase all records of a query, page by page."""
        from windvane.result_log.dynamodb.dynamodb_deletion import delete_pages

        return delete_pages(self._table, self._listing.list, query, seconds)

    def set_feedback(
        self, result_id: str, label: str, *, client: str | None = None
    ) -> ResultRecord | None:
        """Store which label is right."""
        conditions = ["expires_at > :now"]  # false if there is no such item
        values: dict[str, object] = {":label": label, ":now": int(time.time())}
        if client is not None:
            conditions.append(IS_CLIENTS)
            values[":client"] = client
        parameters = {
            "Key": to_key(result_id),
            "UpdateExpression": "SET feedback_label = :label",
            **_build_condition(conditions, values),
            "ReturnValues": "ALL_NEW",
        }
        try:
            response = self._table.call("UpdateItem", parameters, time.monotonic() + READ_SECONDS)
        except ConditionFailedError:
            return None
        return to_record(result_id, response["Attributes"])

    def read_subject_key(self) -> None:
        """Return None: who reads the table should not find the key there too."""

    def close(self) -> None:
        """Close every connection."""
        if "_listing" in self.__dict__:
            self._listing.close()
        self._table.close()


def _build_condition(conditions: Sequence[str], values: Mapping[str, object]) -> Item:
    """Build the parameters of a conditional call."""
    names = {"ExpressionAttributeNames": {"#client": "client"}} if IS_CLIENTS in conditions else {}
    return {
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeValues": {name: to_attribute(value) for name, value in values.items()},
        **names,
    }
