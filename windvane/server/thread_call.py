"""Calls a function in a thread, for a coroutine that awaits its result."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class ThreadCall(Generic[T]):
    """A call that a thread runs, and then settles.

    `asyncio.loop.run_in_executor` chains two futures, by callbacks in the loop and in the thread;
    here there is one. If who awaits it is cancelled the function runs on, as it would there, and
    its result is dropped.

    Attributes:
        result: The function's result; its errors are raised where it is awaited.
    """

    result: asyncio.Future[T]

    def __init__(self, function: Callable[[], T]) -> None:
        """Prepare the call, in the coroutine's loop."""
        self._loop = asyncio.get_running_loop()
        self.result = self._loop.create_future()
        self._function = function
        self._settle: Callable[[asyncio.Future[T], Any], None] = _set_result
        self._outcome: object = None

    def run(self) -> None:
        """Call the function, in a thread."""
        try:
            self._outcome = self._function()
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            self._settle, self._outcome = _set_error, error

    def settle(self) -> None:
        """Let the loop know the outcome, in the same thread."""
        with suppress(RuntimeError):  # the server has stopped, and its loop is closed
            self._loop.call_soon_threadsafe(self._settle, self.result, self._outcome)

    def fail(self, error: Exception) -> None:
        """Raise an error where the result is awaited, instead of a run; in the loop."""
        _set_error(self.result, error)


def _set_result(settled: asyncio.Future[Any], result: object) -> None:
    if not settled.done():  # the caller was cancelled
        settled.set_result(result)


def _set_error(settled: asyncio.Future[Any], error: Any) -> None:  # noqa: ANN401 - as the result
    if not settled.done():
        settled.set_exception(error)
