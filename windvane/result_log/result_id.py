"""Ids that sort by time: UUID version 7 (RFC 9562, section 5.7)."""

import os
import re
from datetime import UTC, datetime

from windvane.result_log.errors import ResultIdError

UUID7 = re.compile(r"[0-9a-d][0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""The first digit keeps the time before the year 10,000, which Python's datetime cannot hold."""
RANDOM_BITS = 74
VERSION_7 = 0x7 << 76
VARIANT = 0b10 << 62


def new_result_id(created_ms: int) -> str:
    """Make an id.

    Args:
        created_ms: Milliseconds since 1970.
    """
    random = int.from_bytes(os.urandom(10)) >> (80 - RANDOM_BITS)
    high, low = random >> 62, random & ((1 << 62) - 1)
    return _to_uuid(created_ms << 80 | VERSION_7 | high << 64 | VARIANT | low)


def first_result_id(created_ms: int) -> str:
    """Return the lowest id that a record made at this time can have.

    Args:
        created_ms: Milliseconds since 1970.
    """
    return _to_uuid(max(created_ms, 0) << 80 | VERSION_7 | VARIANT)


def before(result_id: str) -> str:
    """Return the string that sorts just before an id; it may not be a valid id."""
    return _to_uuid(int(result_id.replace("-", ""), 16) - 1)


def read_created_ms(result_id: str) -> int:
    """Read when an id was made, in milliseconds since 1970.

    Raises:
        ResultIdError: It is not an id of this log.
    """
    if not UUID7.fullmatch(result_id):
        raise ResultIdError("a result id is a UUID of version 7 in lower case")
    return int(result_id[:8] + result_id[9:13], 16)


def to_timestamp(created_ms: int) -> str:
    """Write milliseconds since 1970 as ISO 8601 in UTC."""
    timestamp = datetime.fromtimestamp(created_ms / 1000, UTC)
    return timestamp.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _to_uuid(number: int) -> str:
    digits = f"{number:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
