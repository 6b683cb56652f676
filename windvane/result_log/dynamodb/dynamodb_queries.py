"""Queries for the items of one partition, from the newest on, in DynamoDB's JSON.

A query of the table is consistent. One of the index is not, and its items hold only their key, the
label, the time of expiry and, in that of subjects, the client.
"""

import time

import msgspec

from windvane.facts import CLIENT_INDEX, SUBJECT_INDEX
from windvane.result_log.dynamodb.dynamodb_items import LAST_DIGITS, Item, to_attribute
from windvane.result_log.query import ResultQuery

MORE_THAN_A_SHARE = 8
"""Items read from a partition beyond its share of a page, as shares differ by chance."""

FILTERED_ITEMS = 100
"""Items read from a partition at once if a filter leaves out an unknown part of them."""


class IndexUse(msgspec.Struct, frozen=True):
    """How an index finds the records of a query.

    Attributes:
        name: The index's.
        key: Attribute of its partition key.
        value: What all partitions of the query have in common.
        filters: The query's other filters, by attribute.
    """

    name: str
    key: str
    value: str
    filters: dict[str, str | None]


def choose_index(query: ResultQuery) -> IndexUse | None:
    """Choose the index that has the fewest other records; None if the table itself serves."""
    if query.subject_hash is not None:
        filters = {"label": query.label, "client": query.client}
        return IndexUse(SUBJECT_INDEX, "subject_pk", query.subject_hash, filters)
    if query.client is not None:
        return IndexUse(CLIENT_INDEX, "client_pk", query.client, {"label": query.label})
    return None


def to_table_query(query: ResultQuery, partition: str, first: str, last: str) -> Item:
    """Write a query for a partition of the table.

    Args:
        query: What to find.
        partition: The partition key.
        first: The lowest id.
        last: The highest id.
    """
    fields = {
        "label": query.label,
        "client": query.client,
        "subject_hash": query.subject_hash,
    }
    return {
        **_write(query, fields, "pk", partition, (first, last)),
        "ConsistentRead": True,
    }


def to_index_query(
    query: ResultQuery, index: IndexUse, partition: str, first: str, last: str
) -> Item:
    """Write a query for a partition of an index; else as above."""
    return {
        **_write(query, index.filters, index.key, partition, (first, last)),
        "IndexName": index.name,
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
