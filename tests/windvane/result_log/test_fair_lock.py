import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from windvane.result_log.fair_lock import FairLock

LONG = 30


def _wait_for_waiting(lock: FairLock, count: int) -> None:
    while len(lock._waiting) < count:
        threading.Event().wait(0.001)


def test_fair_lock_is_one_threads_at_a_time() -> None:
    lock, inside, most = FairLock(), 0, 0

    def work(_: int) -> None:
        nonlocal inside, most
        assert lock.acquire(LONG)
        inside += 1
        most = max(most, inside)
        inside -= 1
        lock.release()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(500)))

    assert most == 1
    assert lock.acquire(0)


def test_fair_lock_is_handed_on_in_the_order_of_asking() -> None:
    lock, order = FairLock(), list[int]()
    lock.acquire(0)

    def wait(number: int) -> None:
        lock.acquire(LONG)
        order.append(number)
        lock.release()

    with ThreadPoolExecutor(5) as pool:
        for number in range(5):
            pool.submit(wait, number)
            _wait_for_waiting(lock, number + 1)
        lock.release()

    assert order == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("seconds", [-1, 0, 0.01])
def test_fair_lock_is_waited_for_so_long_at_most(seconds: float) -> None:
    lock = FairLock()
    lock.acquire(0)

    assert not lock.acquire(seconds)

    lock.release()
    assert lock.acquire(0)
