"""Lists the records of a table, newest first: day by day, the 16 partitions of a day in parallel.

Each partition is read from its end, some items at a time. Records newer than the point down to
which all 16 partitions have been read are complete and in order; the rest wait for the next round.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from windvane.result_log.dynamodb.dynamodb_items import LAST_DIGITS, Item, to_attribute, to_record
from windvane.result_log.dynamodb.dynamodb_table import DynamoDbTable
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.query import ResultPage, ResultQuery
from windvane.result_log.record import SECONDS_A_DAY, ResultRecord
from windvane.result_log.result_id import (
    before,
    first_result_id,
    read_created_ms,
    to_timestamp,
)
from windvane.result_log.time_limits import READ_SECONDS

CONNECTIONS = 8
MS_A_DAY = SECONDS_A_DAY * 1000
CLOCK_DIFFERENCE_MS = 60_000
"""How far ahead the clock of another machine that writes records may be."""

MORE_THAN_A_SHARE = 8
"""Items read from a partition beyond its share of a page, as shares differ by chance."""

FILTERED_ITEMS = 100
"""Items read from a partition at once if a label filters out an unknown part of them."""


class Period(msgspec.Struct, frozen=True):
    """All records of a period of time.

    Attributes:
        records: Newest first.
        down_to: The lowest id that the period may hold.
    """

    records: Sequence[ResultRecord]
    down_to: str


class DynamoDbListing:
    """Lists records; safe to call from several threads."""

    def __init__(self, table: DynamoDbTable, retention_days: int) -> None:
        """Start no thread yet.

        Args:
            table: The table of records.
            retention_days: How far back a listing goes.
        """
        self._table = table
        self._retention_days = retention_days
        self._pool = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="listing")

    def list(self, query: ResultQuery) -> ResultPage:
        """List records for at most `READ_SECONDS`; the cursor continues from there.

        Raises:
            ResultIdError: The cursor is no result id.
            ResultLogUnavailableError: DynamoDB did not answer at all.
        """
        newest, oldest = self._find_ends(query)
        deadline = time.monotonic() + READ_SECONDS
        records: list[ResultRecord] = []
        down_to = newest
        try:
            for period in self._read_days(query, newest, oldest, deadline):
                records += period.records
                down_to = period.down_to
                if len(records) >= query.limit:
                    return _cut(records, query.limit, down_to, oldest)
        except ResultLogUnavailableError:
            if down_to == newest:
                raise
            return ResultPage(records, down_to)
        return ResultPage(records)

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown()

    def _find_ends(self, query: ResultQuery) -> tuple[str, str]:
        """Return the id that all records are below, and the lowest id that one may have."""
        now_ms = time.time_ns() // 1_000_000
        to_ms = now_ms + CLOCK_DIFFERENCE_MS
        if query.to_ms is not None:
            to_ms = min(to_ms, query.to_ms)
        from_ms = max(query.from_ms or 0, now_ms - self._retention_days * MS_A_DAY)
        newest = first_result_id(to_ms)
        if query.cursor is not None:
            read_created_ms(query.cursor)
            newest = min(newest, query.cursor)
        return newest, first_result_id(from_ms)

    def _read_days(
        self, query: ResultQuery, newest: str, oldest: str, deadline: float
    ) -> Iterator[Period]:
        while newest > oldest:
            last_ms = read_created_ms(newest) - (newest == first_result_id(read_created_ms(newest)))
            day_start = first_result_id(last_ms - last_ms % MS_A_DAY)
            start = max(day_start, oldest)
            yield from self._read_day(query, to_timestamp(last_ms)[:10], newest, start, deadline)
            newest = start

    def _read_day(
        self, query: ResultQuery, day: str, newest: str, start: str, deadline: float
    ) -> Iterator[Period]:
        down_to = {f"{day}#{digit}": newest for digit in LAST_DIGITS}
        waiting: list[ResultRecord] = []
        while down_to:
            queries = [
                _to_query(query, partition, start, before(end))
                for partition, end in down_to.items()
            ]
            pages = self._pool.map(lambda one: self._table.call("Query", one, deadline), queries)
            ends: dict[str, str] = {}
            for partition, page in zip(down_to, pages, strict=True):
                waiting += [to_record(item) for item in page["Items"]]
                last = page.get("LastEvaluatedKey")
                if last and last["result_id"]["S"] > start:
                    ends[partition] = last["result_id"]["S"]
            down_to = ends
            edge = max(ends.values(), default=start)
            waiting.sort(key=lambda record: record.result_id, reverse=True)
            ready = [record for record in waiting if record.result_id >= edge]
            yield Period(ready, edge)
            waiting = waiting[len(ready) :]


def _to_query(query: ResultQuery, partition: str, first: str, last: str) -> Item:
    values = {":pk": partition, ":first": first, ":last": last, ":now": int(time.time())}
    names = {}
    conditions = ["expires_at > :now"]  # DynamoDB may remove expired items two days late
    share = -(-query.limit // len(LAST_DIGITS))
    limit = share + MORE_THAN_A_SHARE
    if query.label is not None:
        conditions.append("#label = :label")
        names = {"ExpressionAttributeNames": {"#label": "label"}}
        values[":label"] = query.label
        limit = FILTERED_ITEMS
    return {
        "KeyConditionExpression": "pk = :pk AND result_id BETWEEN :first AND :last",
        "FilterExpression": " AND ".join(conditions),
        "ExpressionAttributeValues": {name: to_attribute(value) for name, value in values.items()},
        **names,
        "ConsistentRead": True,
        "ScanIndexForward": False,
        "Limit": limit,
    }


def _cut(records: Sequence[ResultRecord], limit: int, down_to: str, oldest: str) -> ResultPage:
    if len(records) > limit:
        return ResultPage(records[:limit], records[limit - 1].result_id)
    return ResultPage(records, down_to if down_to > oldest else None)
