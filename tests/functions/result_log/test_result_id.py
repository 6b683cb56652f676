import time
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.result_log.errors import ResultIdError
from functions.result_log.result_id import new_result_id, read_created_ms, to_timestamp

LAST_MS = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp() * 1000)
MOMENTS = st.integers(0, LAST_MS)


@given(created_ms=MOMENTS)
def test_result_id_is_a_uuid_of_version_7(created_ms: int) -> None:
    result_id = new_result_id(created_ms)

    parsed = uuid.UUID(result_id)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert str(parsed) == result_id
    assert parsed.int >> 80 == created_ms


@given(created_ms=MOMENTS)
def test_result_id_says_when_it_was_made(created_ms: int) -> None:
    assert read_created_ms(new_result_id(created_ms)) == created_ms


@given(moments=st.lists(MOMENTS, min_size=2, unique=True))
def test_result_ids_sort_by_time(moments: list[int]) -> None:
    ids = [new_result_id(created_ms) for created_ms in sorted(moments)]

    assert ids == sorted(ids)


def test_result_ids_of_one_moment_differ() -> None:
    now = time.time_ns() // 1_000_000

    assert len({new_result_id(now) for _ in range(10_000)}) == 10_000


def test_result_ids_use_every_random_bit() -> None:
    ids = [uuid.UUID(new_result_id(0)).int for _ in range(200)]

    ever_set, always_set = 0, ~0
    for value in ids:
        ever_set |= value
        always_set &= value
    random_bits = (0xFFF << 64) | ((1 << 62) - 1)
    assert ever_set & ~always_set == random_bits


@given(created_ms=MOMENTS)
def test_to_timestamp_is_iso_8601_to_the_millisecond(created_ms: int) -> None:
    timestamp = to_timestamp(created_ms)

    parsed = datetime.fromisoformat(timestamp)
    assert len(timestamp) == len("2026-11-22T21:50:10.255Z")
    assert timestamp.endswith("Z")
    assert (parsed - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() == created_ms / 1000


@pytest.mark.parametrize(
    "value",
    [
        "",
        "one",
        " 019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48",
        "019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48\n",
        "019AADD3-5A4F-7C1E-9D02-6B1F0A7C5E48",
        "019aadd35a4f7c1e9d026b1f0a7c5e48",
        "019aadd3-5a4f-4c1e-9d02-6b1f0a7c5e48",
        "019aadd3-5a4f-7c1e-cd02-6b1f0a7c5e48",
        "\N{ARABIC-INDIC DIGIT ZERO}19aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48",
    ],
)
def test_read_created_ms_refuses_what_is_no_result_id(value: str) -> None:
    with pytest.raises(ResultIdError, match="a result id is a UUID of version 7 in lower case"):
        read_created_ms(value)


def test_read_created_ms_refuses_a_time_that_no_calendar_has() -> None:
    with pytest.raises(ResultIdError):
        read_created_ms("ffffffff-ffff-7fff-bfff-ffffffffffff")
