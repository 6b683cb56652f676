"""Records as items of the table, in DynamoDB's JSON.

An item's key follows from the record's id: the partition key is the day and the id's last digit,
the sort key is the id. The table's own key is therefore the index by time. Writes spread over 16
partitions a day, without a second index that would double their price.

A client's records are also in the index `CLIENT_INDEX`, by client and the id's last digit, and a
subject's in `SUBJECT_INDEX`. Records without one lack the attribute of the index's key and are not
in it.
"""

import time
from typing import Any

import msgspec

from windvane.result_log.errors import DamagedRecordError
from windvane.result_log.record import ResultRecord, check_record
from windvane.result_log.result_id import read_created_ms, to_timestamp

LAST_DIGITS = "0123456789abcdef"
DAY_CHARS = len("2026-11-22")

Item = dict[str, Any]


def to_partition(result_id: str) -> str:
    """Return the partition key of a record: the day of its id, and its last digit.

    Raises:
        ResultIdError: It is no result id.
    """
    return f"{to_timestamp(read_created_ms(result_id))[:DAY_CHARS]}#{result_id[-1]}"


def to_index_partition(value: str, digit: str) -> str:
    """Return a partition key of an index: that of a client's or subject's records by last digit."""
    return f"{value}#{digit}"


def to_key(result_id: str) -> Item:
    """Write the key of a record.

    Raises:
        ResultIdError: It is no result id.
    """
    return {"pk": {"S": to_partition(result_id)}, "result_id": {"S": result_id}}


def to_item(record: ResultRecord) -> Item:
    """Write a record in DynamoDB's JSON."""
    fields = {"pk": to_partition(record.result_id), **msgspec.to_builtins(record)}
    if record.client is not None:
        fields["client_pk"] = to_index_partition(record.client, record.result_id[-1])
    if record.subject_hash is not None:
        fields["subject_pk"] = to_index_partition(record.subject_hash, record.result_id[-1])
    return {name: to_attribute(value) for name, value in fields.items()}


def to_record(result_id: str, item: Item) -> ResultRecord:
    """Read a record from DynamoDB's JSON.

    Args:
        result_id: The record's id.
        item: Its item.

    Raises:
        DamagedRecordError: Windvane did not write this item.
    """
    return check_record(result_id, read_fields(result_id, item))


def read_fields(result_id: str, item: Item) -> dict[str, object]:
    """Read the fields of an item from DynamoDB's JSON.

    Raises:
        DamagedRecordError: Windvane did not write this item.
    """
    try:
        return {name: _from_attribute(attribute) for name, attribute in item.items()}
    except (AttributeError, RecursionError, TypeError, ValueError, msgspec.MsgspecError) as error:
        raise DamagedRecordError(result_id) from error


def is_expired(item: Item) -> bool:
    """Return whether an item has expired; one without a valid time has not.

    DynamoDB may remove expired items two days late.
    """
    try:
        return int(item["expires_at"]["N"]) <= time.time()
    except (KeyError, TypeError, ValueError):
        return False


def is_of(item: Item, owner: str | None, attribute: str = "client") -> bool:
    """Return whether an item is a client's, or by another attribute a subject's.

    With None, any is.
    """
    return owner is None or item.get(attribute) == {"S": owner}


def to_attribute(value: object) -> Item:
    """Write a string, a number, or a dictionary of them in DynamoDB's JSON."""
    if isinstance(value, dict):
        return {"M": {name: to_attribute(inner) for name, inner in value.items()}}
    return {"S": value} if isinstance(value, str) else {"N": str(value).upper()}


def _from_attribute(attribute: Item) -> object:
    [(kind, value)] = attribute.items()
    if kind == "M":
        return {name: _from_attribute(inner) for name, inner in value.items()}
    if kind == "N":
        return msgspec.json.decode(value)  # unlike the standard library's, it refuses NaN
    if kind == "S":
        return value
    raise TypeError("an attribute of a type that Windvane does not write")
