"""A query for records, and a page of them."""

from collections.abc import Sequence

import msgspec

from windvane.result_log.record import ResultRecord

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class ResultQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Filters and position of a page of records.

    Attributes:
        label: Only records with this label.
        client: Only records of this client.
        subject_hash: Only records of the subject with this hash.
        from_ms: Only records made at or after this time, in milliseconds since 1970.
        to_ms: Only records made before this time.
        limit: Maximum number of records in the page.
        cursor: A result id; only older records follow it.
    """

    label: str | None = None
    client: str | None = None
    subject_hash: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


class ResultPage(msgspec.Struct, frozen=True):
    """A page of records, newest first.

    Attributes:
        results: The records; may be fewer than the limit, or none, even if more follow.
        cursor: Cursor of the next page; None if this is the last.
        damaged: How many records were left out because they cannot be read.
        damaged_ids: The ids of those that have one; they can be deleted.
    """

    results: Sequence[ResultRecord]
    cursor: str | None = None
    damaged: int = 0
    damaged_ids: Sequence[str] = ()


class Deletion(msgspec.Struct, frozen=True):
    """What became of all records of a query.

    Attributes:
        deleted: How many were deleted.
        remaining: Whether the time was up before all were.
    """

    deleted: int
    remaining: bool
