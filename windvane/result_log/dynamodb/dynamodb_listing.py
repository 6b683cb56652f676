"""Lists the records of a table, newest first: day by day, the 16 partitions of a day in parallel.

Each partition is read from its end, some items at a time. Records newer than the point down to
which all 16 partitions have been read are complete and in order; the rest wait for the next round.
Items that another program wrote are skipped, those too whose sort key is no id.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec

from windvane.result_log.dynamodb.dynamodb_items import LAST_DIGITS, Item, to_attribute, to_record
from windvane.result_log.dynamodb.dynamodb_table import DynamoDbTable
from windvane.result_log.errors import ResultLogUnavailableError
from windvane.result_log.listed_records import ListedRecord, build_page, read_listed
from windvane.result_log.query import ResultPage, ResultQuery
from windvane.result_log.record import SECONDS_A_DAY
from windvane.result_log.result_id import (
    before,
    first_id_from,
    first_result_id,
    is_result_id,
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
        without_id: How many items have no id.
    """

    records: Sequence[ListedRecord]
    down_to: str
    without_id: int


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
        records: list[ListedRecord] = []
        without_id: list[ListedRecord] = []
        down_to = newest
        try:
            for period in self._read_days(query, newest, oldest, deadline):
                records += period.records
                without_id += [ListedRecord("")] * period.without_id
                down_to = period.down_to
                if len(records) >= query.limit:
                    break
        except ResultLogUnavailableError:
            if down_to == newest:
                raise
        cursor = down_to if down_to > oldest else None
        if len(records) > query.limit:
            cursor = records[query.limit - 1].result_id
        return build_page([*records[: query.limit], *without_id], cursor)

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
        waiting: list[ListedRecord] = []
        while down_to:
            queries = [
                _to_query(query, partition, start, before(end))
                for partition, end in down_to.items()
            ]
            pages = self._pool.map(lambda one: self._table.call("Query", one, deadline), queries)
            ends: dict[str, str] = {}
            count = 0
            for (partition, newer), page in zip(down_to.items(), pages, strict=True):
                read = [_read_item(item) for item in page["Items"]]
                waiting += [one for one in read if one.result_id]
                count += sum(not one.result_id for one in read)
                end = _find_end(page, read, newer)
                if end is not None and end > start:
                    ends[partition] = end
            down_to = ends
            edge = max(ends.values(), default=start)
            waiting.sort(key=lambda one: one.result_id, reverse=True)
            ready = [one for one in waiting if one.result_id >= edge]
            yield Period(ready, edge, count)
            waiting = waiting[len(ready) :]


def _read_item(item: Item) -> ListedRecord:
    try:
        result_id = item["result_id"]["S"]
    except (KeyError, TypeError):
        return ListedRecord("")
    if not is_result_id(result_id):
        return ListedRecord("")
    return read_listed(result_id, lambda: to_record(result_id, item))


def _find_end(page: Item, read: Sequence[ListedRecord], newer: str) -> str | None:
    """Return the lowest id down to which a page has been read; None if it is the last.

    Args:
        page: The response to a query for ids below ``newer``.
        read: Its items.
        newer: An id.

    Raises:
        ResultLogUnavailableError: The page says that it ends where it was not asked to begin.
    """
    last = page.get("LastEvaluatedKey")
    if not last:
        return None
    ends = [last["result_id"]["S"], *(one.result_id for one in read)]
    below = [end for end in ends if end and end <= before(newer)]
    if not below:
        raise ResultLogUnavailableError("dynamodb sent a response without valid LastEvaluatedKey")
    return first_id_from(min(below))


def _to_query(query: ResultQuery, partition: str, first: str, last: str) -> Item:
    values = {":pk": partition, ":first": first, ":last": last, ":now": int(time.time())}
    names = {}
    # DynamoDB may remove expired items two days late. A damaged expires_at compares as false.
    conditions = ["NOT expires_at <= :now"]
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
