"""Lists the records of a table, newest first: day by day, the 16 partitions of a day in parallel.

Each partition is read from its end, some items at a time. Records newer than the point down to
which all 16 partitions have been read are complete and in order; the rest wait for the next round.
Items that another program wrote are skipped, those too whose sort key is no id.

A client's or a subject's records are found in an index, whose 16 partitions hold them and no
others, and then read from the table. An index may lack what was written last: that is found in the
table, by a filter.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import msgspec

from windvane.result_log.dynamodb.dynamodb_batches import read_items
from windvane.result_log.dynamodb.dynamodb_items import (
    LAST_DIGITS,
    Item,
    is_expired,
    is_of,
    to_index_partition,
    to_record,
)
from windvane.result_log.dynamodb.dynamodb_queries import (
    IndexUse,
    choose_index,
    to_index_query,
    to_table_query,
)
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

INDEX_DELAY_MS = 5_000
"""How old a record is that the index has for certain; usually it has one within a second."""

WriteQuery = Callable[[str, str, str], Item]
"""Writes a query for a partition, and the lowest and the highest id."""


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
            for period in self._read_periods(query, newest, oldest, deadline):
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
        # In an index, older records cost nothing: those of a time when records were kept longer.
        kept_ms = 0 if choose_index(query) else now_ms - self._retention_days * MS_A_DAY
        from_ms = max(query.from_ms or 0, kept_ms)
        newest = first_result_id(to_ms)
        if query.cursor is not None:
            read_created_ms(query.cursor)
            newest = min(newest, query.cursor)
        return newest, first_result_id(from_ms)

    def _read_periods(
        self, query: ResultQuery, newest: str, oldest: str, deadline: float
    ) -> Iterator[Period]:
        index = choose_index(query)
        if index is None:
            yield from self._read_days(query, newest, oldest, deadline)
            return
        indexed = first_result_id(time.time_ns() // 1_000_000 - INDEX_DELAY_MS)
        edge = max(oldest, min(newest, indexed))
        yield from self._read_days(query, newest, edge, deadline)
        if edge > oldest:
            yield from self._read_index(query, index, (edge, oldest), deadline)

    def _read_index(
        self, query: ResultQuery, index: IndexUse, ends: tuple[str, str], deadline: float
    ) -> Iterator[Period]:
        partitions = [to_index_partition(index.value, digit) for digit in LAST_DIGITS]
        write = partial(to_index_query, query, index)
        for period in self._read_partitions(write, partitions, *ends, deadline):
            ids = [one.result_id for one in period.records]
            for start in range(0, len(ids) or 1, query.limit):
                some = ids[start : start + query.limit]
                is_last = start + query.limit >= len(ids)
                yield Period(
                    self._read_records(some, query, deadline),
                    period.down_to if is_last else some[-1],
                    period.without_id if is_last else 0,
                )

    def _read_records(
        self, ids: Sequence[str], query: ResultQuery, deadline: float
    ) -> Sequence[ListedRecord]:
        """Read records as they are now; those deleted since are left out."""
        items = read_items(self._table, self._pool, ids, deadline)
        there = {
            result_id: item
            for result_id, item in items.items()
            if is_of(item, query.client)
            and is_of(item, query.subject_hash, "subject_hash")
            and not is_expired(item)
        }
        return [_read_item(there[result_id]) for result_id in ids if result_id in there]

    def _read_days(
        self, query: ResultQuery, newest: str, oldest: str, deadline: float
    ) -> Iterator[Period]:
        while newest > oldest:
            last_ms = read_created_ms(newest) - (newest == first_result_id(read_created_ms(newest)))
            day_start = first_result_id(last_ms - last_ms % MS_A_DAY)
            start = max(day_start, oldest)
            partitions = [f"{to_timestamp(last_ms)[:10]}#{digit}" for digit in LAST_DIGITS]
            write = partial(to_table_query, query)
            yield from self._read_partitions(write, partitions, newest, start, deadline)
            newest = start

    def _read_partitions(
        self, write: WriteQuery, partitions: Sequence[str], newest: str, start: str, deadline: float
    ) -> Iterator[Period]:
        down_to = dict.fromkeys(partitions, newest)
        waiting: list[ListedRecord] = []
        while down_to:
            queries = [write(name, start, before(end)) for name, end in down_to.items()]
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
