"""Reads many items of a table by their ids, side by side."""

from collections.abc import Sequence
from concurrent.futures import Executor

from windvane.aws.json_service import FIRST_PAUSE_SECONDS
from windvane.result_log.dynamodb.dynamodb_items import Item, to_key
from windvane.result_log.dynamodb.dynamodb_table import DynamoDbTable, wait
from windvane.result_log.errors import ResultLogUnavailableError

ITEMS_AT_ONCE = 25
"""In one call; DynamoDB takes 100, and all calls of a page run side by side."""


def read_items(
    table: DynamoDbTable, pool: Executor, ids: Sequence[str], deadline: float
) -> dict[str, Item]:
    """Read items as they are now, by their ids; those that are gone are left out.

    Args:
        table: The table.
        pool: Runs the calls.
        ids: Result ids.
        deadline: `time.monotonic` by which every response must have arrived.

    Raises:
        ResultLogUnavailableError: DynamoDB did not answer in time.
    """
    batches = [ids[start : start + ITEMS_AT_ONCE] for start in range(0, len(ids), ITEMS_AT_ONCE)]
    found: dict[str, Item] = {}
    for items in pool.map(lambda batch: _read_batch(table, batch, deadline), batches):
        found |= {item["result_id"]["S"]: item for item in items}
    return found


def _read_batch(table: DynamoDbTable, ids: Sequence[str], deadline: float) -> list[Item]:
    """Read a batch; keys that DynamoDB left unprocessed are sent again in time."""
    keys = {"Keys": [to_key(result_id) for result_id in ids], "ConsistentRead": True}
    requests: Item = {table.name: keys}
    items: list[Item] = []
    pause = FIRST_PAUSE_SECONDS
    while requests:
        response = table.call("BatchGetItem", {"RequestItems": requests}, deadline)
        items += _check(response["Responses"].get(table.name, []))
        requests = response.get("UnprocessedKeys") or {}
        if requests:
            pause = wait(pause, deadline)
    return items


def _check(items: object) -> list[Item]:
    """Raise an error unless every item has an id."""
    try:
        if isinstance(items, list) and all(isinstance(one["result_id"]["S"], str) for one in items):
            return items
    except (KeyError, TypeError):
        pass
    raise ResultLogUnavailableError("dynamodb sent a response without valid Responses")
