"""Moments as people write them."""

import re
from datetime import UTC, datetime, timedelta

MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?P<time>T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?", re.ASCII
)
MOMENT_RULE = "a date, or a date and time with Z or an offset, as ISO 8601 writes them"
EPOCH = datetime.fromtimestamp(0, UTC)


def read_moment_ms(value: str) -> int:
    """Read milliseconds since 1970; a date alone is its first moment in UTC.

    Raises:
        ValueError: It is no moment; the message says what one is.
    """
    value = value.upper()  # RFC 3339 allows t and z
    if not (match := MOMENT.fullmatch(value)):
        raise ValueError(MOMENT_RULE)
    try:
        moment = datetime.fromisoformat(value if match["time"] else f"{value}T00:00Z")
    except ValueError as error:  # there is no such day, hour or offset
        raise ValueError(MOMENT_RULE) from error
    return (moment - EPOCH) // timedelta(milliseconds=1)
