"""Ids that sort by time: UUID version 7 (RFC 9562, section 5.7)."""

import os
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeGuard

from windvane.result_log.errors import ResultIdError

UUID7 = re.compile(r"[0-9a-d][0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""The first digit keeps the time before the year 10,000, which Python's datetime cannot hold."""
RANDOM_BITS = 74
LOW_BITS = 62
VERSION_7 = 0x7 << 76
VARIANT = 0b10 << LOW_BITS
VARIANT_DIGITS = "89ab"
IDS = 0xE000_0000_0000 << RANDOM_BITS
"""How many ids there are."""


def new_result_id(created_ms: int) -> str:
    """Make an id.

    Args:
        created_ms: Milliseconds since 1970.
    """
    # From digits, since integers of 128 bits take three times as long.
    time, random = f"{created_ms:012x}", os.urandom(10).hex()
    variant = VARIANT_DIGITS[int(random[3], 16) % 4]
    return f"{time[:8]}-{time[8:]}-7{random[:3]}-{variant}{random[4:7]}-{random[7:19]}"


def first_result_id(created_ms: int) -> str:
    """Return the lowest id that a record made at this time can have.

    Args:
        created_ms: Milliseconds since 1970.
    """
    return _to_id(max(created_ms, 0) << RANDOM_BITS)


def before(result_id: str) -> str:
    """Return the id that sorts just before another."""
    number = int(result_id.replace("-", ""), 16)
    high, low = number >> 64 & 0xFFF, number & ((1 << LOW_BITS) - 1)
    return _to_id((number >> 80 << RANDOM_BITS | high << LOW_BITS | low) - 1)


def first_id_from(key: str) -> str:
    """Return the first id that sorts at or after any string, such as a sort key that is no id."""
    if is_result_id(key):
        return key
    lowest, end = 0, IDS - 1
    while lowest < end:
        middle = (lowest + end) // 2
        if _to_id(middle) < key:
            lowest = middle + 1
        else:
            end = middle
    return _to_id(lowest)


def read_created_ms(result_id: str) -> int:
    """Read when an id was made, in milliseconds since 1970.

    Raises:
        ResultIdError: It is not an id of this log.
    """
    if not UUID7.fullmatch(result_id):
        raise ResultIdError("a result id is a UUID of version 7 in lower case")
    return int(result_id[:8] + result_id[9:13], 16)


def is_result_id(value: object) -> TypeGuard[str]:
    """Return whether a value is an id of this log."""
    return isinstance(value, str) and UUID7.fullmatch(value) is not None


def to_timestamp(created_ms: int) -> str:
    """Write milliseconds since 1970 as ISO 8601 in UTC."""
    seconds, ms = divmod(created_ms, 1000)
    return f"{_write_second(seconds)}.{ms:03d}Z"


@lru_cache(maxsize=1)
def _write_second(seconds: int) -> str:
    """Write the current second once, not for each record."""
    return datetime.fromtimestamp(seconds, UTC).isoformat()[:19]


def _to_id(place: int) -> str:
    """Return the id at a place in the order of all ids: its time, then its random bits."""
    high, low = place >> LOW_BITS & 0xFFF, place & ((1 << LOW_BITS) - 1)
    created_ms = place >> RANDOM_BITS
    digits = f"{created_ms << 80 | VERSION_7 | high << 64 | VARIANT | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
