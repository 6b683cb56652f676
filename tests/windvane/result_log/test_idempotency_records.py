"""What every kind of log promises of first answers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from windvane.result_log.idempotency_records import ClaimedKey, KeptAnswers, KeyClaim
from windvane.result_log.query import ResultQuery
from windvane.result_log.result_log import ResultLog

THREADS = 16
ANSWER = bytes(range(256))


def make_claim(*, key: str = "a", request: str = "one", claimant: str = "first") -> KeyClaim:
    return KeyClaim(key_hash=key * 64, request_hash=request, claimant=claimant)


SECOND = make_claim(claimant="second")


@pytest.fixture
def kept_answers(result_log: ResultLog) -> KeptAnswers:
    return result_log.kept_answers


@pytest.fixture
def set_times(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let leases and answers end sooner than they do."""

    def set_to(**seconds: int) -> None:
        for name, value in seconds.items():
            for module in ("sqlite.sqlite_idempotency", "dynamodb.dynamodb_idempotency"):
                monkeypatch.setattr(f"windvane.result_log.{module}.{name}", value)

    return set_to


def test_kept_answers_let_one_request_claim_a_key(kept_answers: KeptAnswers) -> None:
    first = kept_answers.claim(make_claim())
    second = kept_answers.claim(make_claim(claimant="second", request="two"))

    assert first is None
    assert second == ClaimedKey("one", None)


def test_kept_answers_tell_keys_apart(kept_answers: KeptAnswers) -> None:
    kept_answers.claim(make_claim())

    assert kept_answers.claim(make_claim(key="b", claimant="second")) is None


def test_kept_answers_give_the_answer_byte_for_byte(kept_answers: KeptAnswers) -> None:
    kept_answers.claim(make_claim())

    kept_answers.keep(make_claim(), ANSWER)

    assert [kept_answers.claim(SECOND) for _ in range(2)] == [ClaimedKey("one", ANSWER)] * 2


def test_kept_answers_let_a_released_key_be_claimed(kept_answers: KeptAnswers) -> None:
    kept_answers.claim(make_claim())

    kept_answers.release(make_claim())

    assert kept_answers.claim(SECOND) is None


def test_kept_answers_let_another_take_over_after_the_lease(
    kept_answers: KeptAnswers, set_times: Callable[..., None]
) -> None:
    set_times(LEASE_SECONDS=-1)
    kept_answers.claim(make_claim())
    set_times(LEASE_SECONDS=30)

    assert kept_answers.claim(SECOND) is None


def test_kept_answers_leave_a_claim_that_has_passed_on_alone(
    kept_answers: KeptAnswers, set_times: Callable[..., None]
) -> None:
    set_times(LEASE_SECONDS=-1)
    kept_answers.claim(make_claim())
    set_times(LEASE_SECONDS=30)
    kept_answers.claim(SECOND)

    kept_answers.keep(make_claim(), b"late")
    kept_answers.release(make_claim())

    assert kept_answers.claim(make_claim(claimant="third")) == ClaimedKey("one", None)


def test_kept_answers_are_kept_for_their_time_alone(
    kept_answers: KeptAnswers, set_times: Callable[..., None]
) -> None:
    set_times(KEPT_SECONDS=-1)
    kept_answers.claim(make_claim())
    kept_answers.keep(make_claim(), ANSWER)

    assert kept_answers.claim(SECOND) is None
    assert kept_answers.claim(make_claim(claimant="third")) == ClaimedKey("one", None)


def test_kept_answers_let_one_of_many_at_once_claim_a_key(kept_answers: KeptAnswers) -> None:
    barrier = Barrier(THREADS)

    def claim(number: int) -> ClaimedKey | None:
        barrier.wait()
        return kept_answers.claim(make_claim(claimant=str(number)))

    with ThreadPoolExecutor(THREADS) as pool:
        claimed = list(pool.map(claim, range(THREADS)))

    assert claimed.count(None) == 1
    assert claimed.count(ClaimedKey("one", None)) == THREADS - 1


def test_kept_answers_are_no_results(result_log: ResultLog) -> None:
    result_log.kept_answers.claim(make_claim())
    result_log.kept_answers.keep(make_claim(), ANSWER)

    assert result_log.list(ResultQuery()).results == []
