"""Reads the newest records of a log, bounded in number and in time."""

import time
from collections.abc import Iterator
from typing import Protocol

from windvane.observability import logger
from windvane.result_log.query import MAX_LIMIT, ResultPage, ResultQuery
from windvane.result_log.record import SECONDS_A_DAY, ResultRecord

PERIOD_MS = SECONDS_A_DAY * 1000
"""How far back records are read: a day, whatever the schedule."""

MOST_RECORDS = 50_000
READ_SECONDS = 240.0
"""Shorter than the function's timeout, so that what was read is compared."""


class Pages(Protocol):
    """What is needed of a result log."""

    def list(self, query: ResultQuery) -> ResultPage:
        """List records, newest first."""
        ...


def read_recent(log: Pages) -> Iterator[ResultRecord]:
    """Read the records of the last day, newest first; beyond the bounds, older ones are left out.

    Raises:
        ResultLogUnavailableError: The log did not answer.
    """
    started = time.monotonic()
    from_ms = time.time_ns() // 1_000_000 - PERIOD_MS
    cursor, count = None, 0
    while True:
        page = log.list(ResultQuery(from_ms=from_ms, limit=MAX_LIMIT, cursor=cursor))
        yield from page.results
        count, cursor = count + len(page.results), page.cursor
        if cursor is None:
            return
        if count >= MOST_RECORDS or time.monotonic() - started > READ_SECONDS:
            logger.warning("older records not read", read=count)
            return
