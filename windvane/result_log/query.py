"""Which records are asked for, and a page of them."""

from collections.abc import Sequence

import msgspec

from windvane.result_log.record import ResultRecord

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class ResultQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which records are asked for.

    Attributes:
        label: Only records with this label.
        from_ms: Only records made at or after it, in milliseconds since 1970.
        to_ms: Only records made before it.
        limit: Most records of the page.
        cursor: A result id: only records older than it.
    """

    label: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


class ResultPage(msgspec.Struct, frozen=True):
    """A page of records, newest first.

    Attributes:
        results: The records; may be fewer than the limit, or none, though more follow.
        cursor: What to ask for the next page with; None where nothing follows.
    """

    results: Sequence[ResultRecord]
    cursor: str | None = None
