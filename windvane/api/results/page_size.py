"""Cuts pages of results to what one response holds."""

import msgspec

from windvane.api.response_size import BODY_BUDGET_BYTES, measure_bytes
from windvane.result_log.query import ResultPage


def cut_page(page: ResultPage) -> ResultPage:
    """Return as much of a page as a response holds; its cursor continues after that.

    The first result always stays: DynamoDB's largest item, 400 KB, fits in any encoding.
    """
    if measure_bytes(page.results) <= BODY_BUDGET_BYTES:
        return page
    total = 0
    for count, record in enumerate(page.results):
        total += measure_bytes(record) + 1  # and a comma
        if count and total > BODY_BUDGET_BYTES:
            cursor = page.results[count - 1].result_id
            return msgspec.structs.replace(page, results=page.results[:count], cursor=cursor)
    return page
