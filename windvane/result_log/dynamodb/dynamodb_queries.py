"""Queries for the items of one partition, from the newest on, in DynamoDB's JSON.

A query of the table is consistent. One of the index is not, and its items hold only their key, the
label and the time of expiry.
"""

import time

from windvane.facts import CLIENT_INDEX
from windvane.result_log.dynamodb.dynamodb_items import LAST_DIGITS, Item, to_attribute
from windvane.result_log.query import ResultQuery

MORE_THAN_A_SHARE = 8
"""Items read from a partition beyond its share of a page, as shares differ by chance."""

FILTERED_ITEMS = 100
"""Items read from a partition at once if a filter leaves out an unknown part of them."""


def to_table_query(query: ResultQuery, partition: str, first: str, last: str) -> Item:
    """Write a query for a partition of the table.

    Args:
        query: What to find.
        partition: The partition key.
        first: The lowest id.
        last: The highest id.
    """
    fields = {"label": query.label, "client": query.client}
    return {
        **_write(query, fields, "pk", partition, (first, last)),
        "ConsistentRead": True,
    }


def to_index_query(query: ResultQuery, partition: str, first: str, last: str) -> Item:
    """Write a query for a partition of the index, whose key says the client; else as above."""
    return {
        **_write(query, {"label": query.label}, "client_pk", partition, (first, last)),
        "IndexName": CLIENT_INDEX,
    }


def _write(
    query: ResultQuery,
    fields: dict[str, str | None],
    key: str,
    partition: str,
    ids: tuple[str, str],
) -> Item:
    first, last = ids
    wanted = {name: value for name, value in fields.items() if value is not None}
    # DynamoDB may remove expired items two days late. A damaged expires_at compares as false.
    conditions = ["NOT expires_at <= :now", *(f"#{name} = :{name}" for name in wanted)]
    values = {":pk": partition, ":first": first, ":last": last, ":now": int(time.time())}
    values |= {f":{name}": value for name, value in wanted.items()}
    names = {f"#{name}": name for name in wanted}
    share = -(-query.limit // len(LAST_DIGITS))
    return {
        "KeyConditionExpression": f"{key} = :pk AND result_id BETWEEN :first AND :last",
        "FilterExpression": " AND ".join(conditions),
        "ExpressionAttributeValues": {name: to_attribute(value) for name, value in values.items()},
        **({"ExpressionAttributeNames": names} if names else {}),
        "ScanIndexForward": False,
        "Limit": FILTERED_ITEMS if wanted else share + MORE_THAN_A_SHARE,
    }
