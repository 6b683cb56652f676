import time
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windvane.result_log.errors import ResultIdError
from windvane.result_log.result_id import (
    before,
    first_id_from,
    first_result_id,
    is_result_id,
    new_result_id,
    read_created_ms,
    to_timestamp,
)

CREATED_MS = 1_763_848_210_255
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


def test_first_result_id_is_the_lowest_of_its_moment() -> None:
    ids = [new_result_id(CREATED_MS) for _ in range(100)]

    assert read_created_ms(first_result_id(CREATED_MS)) == CREATED_MS
    assert first_result_id(CREATED_MS) < min(ids)
    assert max(ids) < first_result_id(CREATED_MS + 1)


def test_first_result_id_begins_in_1970() -> None:
    assert first_result_id(-1) == first_result_id(0) == "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("result_id", "sorts_before"),
    [
        ("019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48", "019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e47"),
        ("019aadd3-5a4f-7000-8000-000000000000", "019aadd3-5a4e-7fff-bfff-ffffffffffff"),
        ("019aadd3-5a4f-7001-8000-000000000000", "019aadd3-5a4f-7000-bfff-ffffffffffff"),
    ],
)
def test_before_gives_the_id_that_sorts_just_before(result_id: str, sorts_before: str) -> None:
    assert before(result_id) == sorts_before < result_id


@given(created_ms=MOMENTS, tail=st.text())
def test_first_id_from_gives_the_first_id_at_or_after_any_string(
    created_ms: int, tail: str
) -> None:
    result_id = new_result_id(created_ms)

    for key in (result_id, result_id[: len(tail)], result_id + tail, result_id[:20] + tail):
        first = first_id_from(key)

        assert is_result_id(first)
        assert key <= first
        assert first == first_result_id(0) or before(first) < key


def test_first_id_from_what_sorts_after_every_id_is_the_last() -> None:
    assert first_id_from("z") == "dfffffff-ffff-7fff-bfff-ffffffffffff"
