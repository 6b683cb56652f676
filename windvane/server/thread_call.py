"""Calls a function in a thread of a pool, and awaits its result."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def call_in_thread(pool: Executor, function: Callable[[], T]) -> T:
    """Call a function as `asyncio.loop.run_in_executor` does, for less CPU.

    asyncio chains two futures, by callbacks in the loop and in the thread; here there is one. If
    the caller is cancelled the function runs on, as it would there, and its result is dropped.

    Args:
        pool: Runs the function.
        function: Its errors are raised here.
    """
    loop = asyncio.get_running_loop()
    settled: asyncio.Future[T] = loop.create_future()

    def call() -> None:
        try:
            settle: Callable[[asyncio.Future[T], Any], None] = _set_result
            outcome: object = function()
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            settle, outcome = _set_error, error
        with suppress(RuntimeError):  # the server has stopped, and its loop is closed
            loop.call_soon_threadsafe(settle, settled, outcome)

    pool.submit(call)
    return await settled


def _set_result(settled: asyncio.Future[Any], result: object) -> None:
    if not settled.done():  # the caller was cancelled
        settled.set_result(result)


def _set_error(settled: asyncio.Future[Any], error: Any) -> None:  # noqa: ANN401 - as the result
    if not settled.done():
        settled.set_exception(error)
