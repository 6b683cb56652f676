"""Timestamps as people write them."""

import re
from datetime import UTC, datetime, timedelta

TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d(?P<time>T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?", re.ASCII
)
TIMESTAMP_RULE = "a date, or a date and time with Z or an offset, as ISO 8601 writes them"
EPOCH = datetime.fromtimestamp(0, UTC)


def parse_timestamp_ms(value: str) -> int:
    """Parse a date, or a date and time, to milliseconds since 1970; a date means 00:00 UTC.

    Raises:
        ValueError: It is neither; the message is `TIMESTAMP_RULE`.
    """
    value = value.upper()  # RFC 3339 allows t and z
    if not (match := TIMESTAMP.fullmatch(value)):
        raise ValueError(TIMESTAMP_RULE)
    try:
        timestamp = datetime.fromisoformat(value if match["time"] else f"{value}T00:00Z")
    except ValueError as error:  # there is no such day, hour or offset
        raise ValueError(TIMESTAMP_RULE) from error
    return (timestamp - EPOCH) // timedelta(milliseconds=1)
