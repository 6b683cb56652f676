"""Runs requests in threads, and limits how many run and how many wait."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

from windvane.api.problems import OverloadedError
from windvane.facts import GATEWAY_TIMEOUT_SECONDS
from windvane.server.asgi import Receive
from windvane.server.request_reading import ClientGoneError
from windvane.server.thread_call import ThreadCall

T = TypeVar("T")


class Admission:
    """A few places, and a first-in, first-out queue of limited length before them.

    For use in one event loop. A thread that has run a request takes the next by itself: it does not
    stand idle until the loop, which has responses to send, hands it one.

    Attributes:
        refused: Number of requests that found the queue full or waited too long.
        abandoned: Number of requests whose client disconnected while they waited.
        on_change: Called in the loop after each change of a number.
    """

    def __init__(
        self,
        *,
        places: int,
        max_waiting: int,
        max_wait_seconds: float = GATEWAY_TIMEOUT_SECONDS,
    ) -> None:
        """Let nothing run yet.

        Args:
            places: How many requests run at once.
            max_waiting: How many may wait.
            max_wait_seconds: How long each may wait.
        """
        self.refused = 0
        self.abandoned = 0
        self.on_change: Callable[[], None] = _ignore
        self._places = places
        self._max_waiting = max_waiting
        self._max_wait_seconds = max_wait_seconds
        self._changing = threading.Lock()
        self._running = 0
        self._waiting: deque[ThreadCall[Any]] = deque()

    @property
    def running(self) -> int:
        """Number of requests that run."""
        return self._running

    @property
    def waiting(self) -> int:
        """Number of requests that wait for a thread."""
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether one more request would be refused."""
        return self._running >= self._places and self.waiting >= self._max_waiting

    def refuse(self) -> OverloadedError:
        """Count a refusal, and return its error."""
        self.refused += 1
        self.on_change()
        return OverloadedError()

    async def run(self, pool: Executor, function: Callable[[], T], receive: Receive) -> T:
        """Run a request in a thread, as soon as one is free.

        Args:
            pool: The same for all, with a thread for each place.
            function: Serves the request.
            receive: The request's; its body has been read, so only a disconnect can follow.

        Raises:
            OverloadedError: The queue is full, or the request waited too long.
            ClientGoneError: The client disconnected while the request waited.
        """
        if self.is_full:
            raise self.refuse()
        call = ThreadCall(function)
        may_run = self._enter(call)
        self.on_change()
        try:
            if may_run:
                self._start(pool, call)
                return await call.result
            return await self._wait(call, receive)
        finally:
            self.on_change()

    def _enter(self, call: ThreadCall[Any]) -> bool:
        """Take a place, or queue; return whether there was a place."""
        with self._changing:
            if self._running < self._places:
                self._running += 1
                return True
            self._waiting.append(call)
            return False

    def _start(self, pool: Executor, call: ThreadCall[Any]) -> None:
        first = [call]
        try:
            pool.submit(self._work, first)
        except RuntimeError:  # no thread can be started, yet the pool has the call
            if _take(first):
                with self._changing:
                    self._running -= 1
                raise

    def _work(self, first: list[ThreadCall[Any]]) -> None:
        """Run requests until none waits, in a thread.

        Args:
            first: Holds the first one until it is taken, since the pool keeps the list to the end.
        """
        call = _take(first)
        while call is not None:
            call.run()
            following = self._take_next()
            call.settle()
            call = following

    def _take_next(self) -> ThreadCall[Any] | None:
        """Take the request that has waited longest, or leave the place."""
        with self._changing:
            if self._waiting:
                return self._waiting.popleft()
            self._running -= 1
            return None

    async def _wait(self, call: ThreadCall[T], receive: Receive) -> T:
        """Await the result; until it runs the client may go away, or the time run out."""
        disconnect = asyncio.ensure_future(_wait_for_disconnect(receive))

        def abandon(disconnect: asyncio.Future[None]) -> None:
            if not disconnect.cancelled() and self._withdraw(call):
                self.abandoned += 1
                call.fail(ClientGoneError())

        def give_up() -> None:
            if self._withdraw(call):
                call.fail(self.refuse())

        disconnect.add_done_callback(abandon)
        limit = asyncio.get_running_loop().call_later(self._max_wait_seconds, give_up)
        try:
            return await call.result
        finally:
            limit.cancel()
            disconnect.cancel()
            self._withdraw(call)  # the server stops

    def _withdraw(self, call: ThreadCall[Any]) -> bool:
        """Take a request out of the queue; return whether it was there."""
        with self._changing:
            try:
                self._waiting.remove(call)
            except ValueError:  # a thread has taken it
                return False
            return True


def _take(first: list[ThreadCall[Any]]) -> ThreadCall[Any] | None:
    """Take a call that the loop and a thread may both take."""
    try:
        return first.pop()
    except IndexError:
        return None


def _ignore() -> None:
    """Nobody watches the numbers."""


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
