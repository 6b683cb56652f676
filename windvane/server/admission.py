"""Limits how many requests run and how many wait."""

import asyncio
from collections import deque
from collections.abc import Callable

from windvane.api.problems import OverloadedError
from windvane.facts import GATEWAY_TIMEOUT_SECONDS
from windvane.server.asgi import Receive


class Admission:
    """A first-in, first-out semaphore with a limited queue.

    For use in one event loop; not thread-safe.

    Attributes:
        refused: Number of requests that found the queue full or waited too long.
        abandoned: Number of requests whose client disconnected while they waited.
        on_change: Called after each change of a number.
    """

    def __init__(
        self, *, places: int, max_waiting: int, max_wait_seconds: float = GATEWAY_TIMEOUT_SECONDS
    ) -> None:
        """Create the semaphore with all places free."""
        self.refused = 0
        self.abandoned = 0
        self.on_change: Callable[[], None] = _ignore
        self._places = places
        self._free = places
        self._max_waiting = max_waiting
        self._max_wait_seconds = max_wait_seconds
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def running(self) -> int:
        """Number of requests that have a place."""
        return self._places - self._free

    @property
    def waiting(self) -> int:
        """Number of requests that wait for a place."""
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether one more request would be refused."""
        return not self._free and self.waiting >= self._max_waiting

    def refuse(self) -> OverloadedError:
        """Count a refusal, and return its error."""
        self.refused += 1
        self.on_change()
        return OverloadedError()

    async def enter(self, receive: Receive) -> bool:
        """Take a place, or wait for one.

        Args:
            receive: The request's; its body has been read, so only a disconnect can follow.

        Returns:
            True with a place, to be returned with `leave`; False if the client disconnected.

        Raises:
            OverloadedError: The queue is full, or the request waited too long.
        """
        if self._free:
            self._free -= 1
            self.on_change()
            return True
        if self.is_full:
            raise self.refuse()
        return await self._wait(receive)

    def leave(self) -> None:
        """Return a place, which goes to the request that has waited longest."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._free += 1
        self.on_change()

    async def _wait(self, receive: Receive) -> bool:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self.on_change()
        disconnect = asyncio.ensure_future(_wait_for_disconnect(receive))
        has_place = is_disconnected = False
        try:
            await asyncio.wait(
                {turn, disconnect},
                timeout=self._max_wait_seconds,
                return_when=asyncio.FIRST_COMPLETED,
            )
            is_disconnected = disconnect.done()
            has_place = turn.done() and not is_disconnected
        finally:  # also if the server stops
            disconnect.cancel()
            if not has_place:
                self._give_up(turn)
        if not has_place and not is_disconnected:
            raise self.refuse()
        self.abandoned += is_disconnected
        self.on_change()
        return has_place

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        if turn.done():
            self.leave()
        else:
            self._waiting.remove(turn)
            self.on_change()


def _ignore() -> None:
    """Nobody watches the numbers."""


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
