"""Reads results page by page, so that at most one page is in memory."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Protocol

import msgspec

from windvane.cli.progress import Advance
from windvane.result_log.query import MAX_LIMIT, ResultPage, ResultQuery
from windvane.result_log.record import ResultRecord

ALL = ResultQuery()


class Pages(Protocol):
    """A result log, or what passes its pages on."""

    def list(self, query: ResultQuery) -> ResultPage:
        """List records."""
        ...


def read_results(
    log: Pages, filters: ResultQuery = ALL, *, limit: int | None = None
) -> Iterator[ResultRecord]:
    """Read results, newest first.

    Args:
        log: The log.
        filters: Which results; its own limit and cursor do not count.
        limit: Maximum number of results; None for all.

    Raises:
        ResultLogUnavailableError: The log did not respond.
    """
    query = msgspec.structs.replace(filters, limit=min(limit or MAX_LIMIT, MAX_LIMIT))
    return islice(_read_pages(log, query), limit)


def count_progress(records: Iterable[ResultRecord], advance: Advance) -> Iterator[ResultRecord]:
    """Yield records, and update a progress bar with their count after each page."""
    for count, record in enumerate(records, start=1):
        if count % MAX_LIMIT == 0:
            advance(0, count)
        yield record


def _read_pages(log: Pages, query: ResultQuery) -> Iterator[ResultRecord]:
    cursor = None
    while True:
        page = log.list(msgspec.structs.replace(query, cursor=cursor))
        yield from page.results
        cursor = page.cursor
        if cursor is None:
            return
