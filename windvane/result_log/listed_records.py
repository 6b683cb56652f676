"""Stored records in the order of a list, the damaged ones among them."""

from collections.abc import Callable, Iterable

import msgspec

from windvane.result_log.errors import DamagedRecordError
from windvane.result_log.query import ResultPage
from windvane.result_log.record import ResultRecord


class ListedRecord(msgspec.Struct, frozen=True):
    """A place in a list.

    Attributes:
        result_id: The id; an empty string if what is stored as the id is none.
        record: The record; None if it is damaged.
    """

    result_id: str
    record: ResultRecord | None = None


def read_listed(result_id: str, read: Callable[[], ResultRecord]) -> ListedRecord:
    """Read a record for a list.

    Args:
        result_id: Its id.
        read: Reads it, or raises `DamagedRecordError`.
    """
    try:
        return ListedRecord(result_id, read())
    except DamagedRecordError:
        return ListedRecord(result_id)


def build_page(listed: Iterable[ListedRecord], cursor: str | None) -> ResultPage:
    """Build a page: the damaged records are counted and left out."""
    listed = list(listed)
    damaged = [one.result_id for one in listed if one.record is None]
    return ResultPage(
        [one.record for one in listed if one.record is not None],
        cursor,
        len(damaged),
        tuple(result_id for result_id in damaged if result_id),
    )
