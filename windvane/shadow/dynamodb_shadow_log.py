"""The challenger's records in the result table, each in a partition of day and last digit.

The keys are those of the champion's results with a prefix, so that both are found by the same id.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import msgspec

from windvane.facts import SHADOW_PARTITION_PREFIX
from windvane.result_log.dynamodb.dynamodb_items import (
    LAST_DIGITS,
    Item,
    is_expired,
    read_fields,
    to_attribute,
    to_partition,
)
from windvane.result_log.dynamodb.dynamodb_table import DynamoDbTable
from windvane.result_log.errors import DamagedRecordError
from windvane.result_log.record import SECONDS_A_DAY
from windvane.result_log.result_id import first_result_id, is_result_id, to_timestamp
from windvane.shadow.shadow_record import ShadowRecord, check_shadow_record

WRITE_SECONDS = 5.0
"""How long a challenger tries to record its answers; nobody waits for it."""

READ_SECONDS = 20.0
"""How long one page of a listing may take."""

CONNECTIONS = 8
MS_A_DAY = SECONDS_A_DAY * 1000


class DynamoDbShadowLog:
    """Keeps the challenger's records in the result table."""

    def __init__(self, table: str, environ: Mapping[str, str]) -> None:
        """Find the endpoint; connections are opened when needed.

        Raises:
            AwsSetupError: The AWS region is not known.
        """
        self._table = DynamoDbTable(table, environ)

    def write(self, records: Sequence[ShadowRecord]) -> None:
        """Store records, in place of older ones of the same results."""
        self._table.put_items(map(_to_item, records), time.monotonic() + WRITE_SECONDS)

    def read_days(self, from_ms: int, to_ms: int) -> Iterator[list[ShadowRecord]]:
        """Read the records of results made in a period, a day at a time, newest day first.

        Records that cannot be read are left out.

        Args:
            from_ms: Begin of the period, in milliseconds since 1970.
            to_ms: Its end, which is not part of it.

        Raises:
            ResultLogUnavailableError: DynamoDB did not answer.
        """
        first_day = from_ms - from_ms % MS_A_DAY
        midnights = range(first_day, to_ms + MS_A_DAY, MS_A_DAY)
        with ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="shadow") as pool:
            for start, end in reversed(list(pairwise(midnights))):
                ids = first_result_id(max(start, from_ms)), first_result_id(min(end, to_ms))
                day = to_timestamp(start)[:10]
                names = [f"{SHADOW_PARTITION_PREFIX}{day}#{digit}" for digit in LAST_DIGITS]
                found = pool.map(lambda name, ids=ids: self._read_partition(name, *ids), names)
                yield [record for records in found for record in records]

    def close(self) -> None:
        """Close every connection."""
        self._table.close()

    def _read_partition(self, partition: str, first: str, end: str) -> list[ShadowRecord]:
        values = {":pk": partition, ":first": first, ":end": end}
        query: Item = {
            "KeyConditionExpression": "pk = :pk AND result_id BETWEEN :first AND :end",
            "ExpressionAttributeValues": {
                name: to_attribute(value) for name, value in values.items()
            },
        }
        records: list[ShadowRecord] = []
        while True:
            page = self._table.call("Query", query, time.monotonic() + READ_SECONDS)
            records += _to_records(page["Items"])
            if not (last := page.get("LastEvaluatedKey")):
                return records
            query["ExclusiveStartKey"] = last


def _to_item(record: ShadowRecord) -> Item:
    partition = SHADOW_PARTITION_PREFIX + to_partition(record.result_id)
    fields = {"pk": partition, **msgspec.to_builtins(record)}
    return {name: to_attribute(value) for name, value in fields.items()}


def _to_records(items: Sequence[Item]) -> Iterator[ShadowRecord]:
    for item in items:
        result_id = item.get("result_id", {}).get("S")
        if not is_result_id(result_id) or is_expired(item):
            continue
        try:
            yield check_shadow_record(result_id, read_fields(result_id, item))
        except DamagedRecordError:
            continue
