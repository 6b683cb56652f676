"""Results read page by page, so that no more than a page is in memory."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from functions.result_log.query import MAX_LIMIT, ResultQuery
from functions.result_log.record import ResultRecord
from functions.result_log.result_log import ResultLog


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


def _read_pages(log: ResultLog, query: ResultQuery) -> Iterator[ResultRecord]:
    cursor = None
    while True:
        page = log.list(msgspec.structs.replace(query, cursor=cursor))
        yield from page.results
        cursor = page.cursor
        if cursor is None:
            return
