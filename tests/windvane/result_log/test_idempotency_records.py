"""The contract of idempotency records, for every kind of log."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from windvane.result_log.idempotency_records import ClaimedKey, IdempotencyRecords, KeyClaim
from windvane.result_log.query import ResultQuery
from windvane.result_log.result_log import ResultLog

THREADS = 16
RESPONSE = bytes(range(256))


def make_claim(*, key: str = "a", request: str = "one", claimant: str = "first") -> KeyClaim:
    return KeyClaim(key_hash=key * 64, request_hash=request, claimant=claimant)


SECOND = make_claim(claimant="second")


@pytest.fixture
def records(result_log: ResultLog) -> IdempotencyRecords:
    return result_log.idempotency_records


@pytest.fixture
def set_times(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Shorten leases and the life of stored responses."""

    def set_to(**seconds: int) -> None:
        for name, value in seconds.items():
            for module in ("sqlite.sqlite_idempotency", "dynamodb.dynamodb_idempotency"):
                monkeypatch.setattr(f"windvane.result_log.{module}.{name}", value)

    return set_to


def test_idempotency_records_let_one_request_claim_a_key(
    records: IdempotencyRecords,
) -> None:
    first = records.claim(make_claim())
    second = records.claim(make_claim(claimant="second", request="two"))

    assert first is None
    assert second == ClaimedKey("one", None)


def test_idempotency_records_tell_keys_apart(records: IdempotencyRecords) -> None:
    records.claim(make_claim())

    assert records.claim(make_claim(key="b", claimant="second")) is None


def test_idempotency_records_give_the_response_byte_for_byte(
    records: IdempotencyRecords,
) -> None:
    records.claim(make_claim())

    records.store(make_claim(), RESPONSE)

    assert [records.claim(SECOND) for _ in range(2)] == [ClaimedKey("one", RESPONSE)] * 2


def test_idempotency_records_let_a_released_key_be_claimed(
    records: IdempotencyRecords,
) -> None:
    records.claim(make_claim())

    records.release(make_claim())

    assert records.claim(SECOND) is None


def test_idempotency_records_let_another_take_over_after_the_lease(
    records: IdempotencyRecords, set_times: Callable[..., None]
) -> None:
    set_times(LEASE_SECONDS=-1)
    records.claim(make_claim())
    set_times(LEASE_SECONDS=30)

    assert records.claim(SECOND) is None


def test_idempotency_records_leave_a_claim_that_has_passed_on_alone(
    records: IdempotencyRecords, set_times: Callable[..., None]
) -> None:
    set_times(LEASE_SECONDS=-1)
    records.claim(make_claim())
    set_times(LEASE_SECONDS=30)
    records.claim(SECOND)

    assert not records.renew(make_claim())
    assert not records.store(make_claim(), b"late")
    records.release(make_claim())

    assert records.claim(make_claim(claimant="third")) == ClaimedKey("one", None)


def test_idempotency_records_renew_a_claim_before_another_takes_it_over(
    records: IdempotencyRecords, set_times: Callable[..., None]
) -> None:
    set_times(LEASE_SECONDS=-1)
    records.claim(make_claim())
    set_times(LEASE_SECONDS=30)

    renewed = records.renew(make_claim())

    assert renewed
    assert records.claim(SECOND) == ClaimedKey("one", None)
    assert records.store(make_claim(), RESPONSE)
    assert records.claim(SECOND) == ClaimedKey("one", RESPONSE)


def test_idempotency_records_renew_no_claim_whose_response_is_stored(
    records: IdempotencyRecords, set_times: Callable[..., None]
) -> None:
    records.claim(make_claim())
    records.store(make_claim(), RESPONSE)
    set_times(LEASE_SECONDS=-1)

    renewed = records.renew(make_claim())

    assert not renewed
    assert records.claim(SECOND) == ClaimedKey("one", RESPONSE)


def test_idempotency_records_renew_no_claim_that_was_released(records: IdempotencyRecords) -> None:
    records.claim(make_claim())
    records.release(make_claim())

    assert not records.renew(make_claim())
    assert not records.store(make_claim(), RESPONSE)
    assert records.claim(SECOND) is None


def test_idempotency_records_are_kept_for_their_time_alone(
    records: IdempotencyRecords, set_times: Callable[..., None]
) -> None:
    set_times(STORED_SECONDS=-1)
    records.claim(make_claim())
    records.store(make_claim(), RESPONSE)

    assert records.claim(SECOND) is None
    assert records.claim(make_claim(claimant="third")) == ClaimedKey("one", None)


def test_idempotency_records_let_one_of_many_at_once_claim_a_key(
    records: IdempotencyRecords,
) -> None:
    barrier = Barrier(THREADS)

    def claim(number: int) -> ClaimedKey | None:
        barrier.wait()
        return records.claim(make_claim(claimant=str(number)))

    with ThreadPoolExecutor(THREADS) as pool:
        claimed = list(pool.map(claim, range(THREADS)))

    assert claimed.count(None) == 1
    assert claimed.count(ClaimedKey("one", None)) == THREADS - 1


def test_idempotency_records_are_no_results(result_log: ResultLog) -> None:
    result_log.idempotency_records.claim(make_claim())
    result_log.idempotency_records.store(make_claim(), RESPONSE)

    assert result_log.list(ResultQuery()).results == []
