"""Functions that a coroutine calls in a thread."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from windvane.server.thread_call import T, ThreadCall

SECONDS = 20


async def call_in_thread(pool: ThreadPoolExecutor, function: Callable[[], T]) -> T:
    call = ThreadCall(function)

    def run() -> None:
        call.run()
        call.settle()

    pool.submit(run)
    return await call.result


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_call_returns_what_the_function_returns_in_a_thread(pool: ThreadPoolExecutor) -> None:
    thread = asyncio.run(call_in_thread(pool, threading.current_thread))

    assert thread is not threading.current_thread()


@pytest.mark.parametrize("error", [KeyError("any"), SystemExit(3)], ids=["error", "exit"])
def test_call_raises_what_the_function_raises(
    pool: ThreadPoolExecutor, error: BaseException
) -> None:
    def fail() -> None:
        raise error

    async def catch() -> BaseException | None:
        try:
            await call_in_thread(pool, fail)
        except (KeyError, SystemExit) as caught:
            return caught
        return None

    assert asyncio.run(catch()) is error


def test_call_that_is_cancelled_lets_its_function_end(pool: ThreadPoolExecutor) -> None:
    may_end, has_ended = threading.Event(), threading.Event()

    def wait() -> None:
        assert may_end.wait(SECONDS)
        has_ended.set()

    async def cancel() -> int:
        calling = asyncio.create_task(call_in_thread(pool, wait))
        await asyncio.sleep(0)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        may_end.set()
        return await call_in_thread(pool, lambda: 5)

    assert asyncio.run(cancel()) == 5
    assert has_ended.is_set()


def test_function_that_outlives_the_loop_ends_without_an_error(pool: ThreadPoolExecutor) -> None:
    may_end = threading.Event()

    async def leave() -> None:
        calling = asyncio.create_task(call_in_thread(pool, lambda: may_end.wait(SECONDS)))
        await asyncio.sleep(0)
        assert not calling.done()

    asyncio.run(leave())
    may_end.set()

    assert pool.submit(lambda: 5).result(SECONDS) == 5
