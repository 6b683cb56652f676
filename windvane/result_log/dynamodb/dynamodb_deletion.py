"""Erases all records of a query: lists a page, deletes it, and goes on."""

import time
from collections.abc import Callable

import msgspec

from windvane.result_log.dynamodb.dynamodb_items import to_key
from windvane.result_log.dynamodb.dynamodb_table import DynamoDbTable
from windvane.result_log.query import MAX_LIMIT, Deletion, ResultPage, ResultQuery
from windvane.result_log.time_limits import READ_SECONDS


def delete_pages(
    table: DynamoDbTable,
    read_page: Callable[[ResultQuery], ResultPage],
    query: ResultQuery,
    seconds: float,
) -> Deletion:
    """Delete page after page, until there is none or the time is up.

    Args:
        table: The table of records.
        read_page: Lists a page of it.
        query: Which records.
        seconds: How long to begin another page.

    Raises:
        ResultLogUnavailableError: DynamoDB did not answer.
    """
    deadline = time.monotonic() + seconds
    query = msgspec.structs.replace(query, limit=MAX_LIMIT)
    deleted = 0
    while True:
        page = read_page(query)
        ids = [*(record.result_id for record in page.results), *page.damaged_ids]
        table.delete_items(map(to_key, ids), time.monotonic() + READ_SECONDS)
        deleted += len(ids)
        if page.cursor is None or time.monotonic() >= deadline:
            return Deletion(deleted, remaining=page.cursor is not None)
        query = msgspec.structs.replace(query, cursor=page.cursor)
