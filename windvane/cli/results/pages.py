"""Results read page by page, so that no more than a page is in memory."""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from windvane.cli.progress import Advance
from windvane.result_log.query import MAX_LIMIT, ResultQuery
from windvane.result_log.record import ResultRecord
from windvane.result_log.result_log import ResultLog


def read_results(
    log: ResultLog,
    *,
    label: str | None = None,
    from_ms: int | None = None,
    to_ms: int | None = None,
    limit: int | None = None,
) -> Iterator[ResultRecord]:
    """Read results, newest first.

    Args:
        log: The log.
        label: Only results with this label.
        from_ms: Only results made at or after it, in milliseconds since 1970.
        to_ms: Only results made before it.
        limit: Most results; None for all.

    Raises:
        ResultLogUnavailableError: The log did not answer.
    """
    query = ResultQuery(
        label=label, from_ms=from_ms, to_ms=to_ms, limit=min(limit or MAX_LIMIT, MAX_LIMIT)
    )
    return islice(_read_pages(log, query), limit)


def tell_progress(records: Iterable[ResultRecord], advance: Advance) -> Iterator[ResultRecord]:
    """Hand records on, and tell a progress bar how many it were so far."""
    for count, record in enumerate(records, start=1):
        if count % MAX_LIMIT == 0:
            advance(0, count)
        yield record


def _read_pages(log: ResultLog, query: ResultQuery) -> Iterator[ResultRecord]:
    cursor = None
    while True:
        page = log.list(msgspec.structs.replace(query, cursor=cursor))
        yield from page.results
        cursor = page.cursor
        if cursor is None:
            return
