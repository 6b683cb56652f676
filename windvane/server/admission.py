"""How many requests run at once, how many may wait, and what becomes of the rest."""

import asyncio
from collections import deque

from windvane.api.problems import OverloadedError
from windvane.facts import GATEWAY_TIMEOUT_SECONDS
from windvane.server.asgi import Receive


class Admission:
    """Gives out as many places as may run at once, first come, first served.

    Belongs to one event loop; nothing here is locked.

    Attributes:
        refused: Requests that found too many others waiting, or waited too long.
        abandoned: Requests whose client went away while they waited.
    """

    def __init__(
        self, *, places: int, max_waiting: int, max_wait_seconds: float = GATEWAY_TIMEOUT_SECONDS
    ) -> None:
        """Begin with every place free."""
        self.refused = 0
        self.abandoned = 0
        self._places = places
        self._free = places
        self._max_waiting = max_waiting
        self._max_wait_seconds = max_wait_seconds
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def running(self) -> int:
        """Requests that have a place."""
        return self._places - self._free

    @property
    def waiting(self) -> int:
        """Requests that wait for one."""
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether one more request would be refused."""
        return not self._free and self.waiting >= self._max_waiting

    def refuse(self) -> OverloadedError:
        """Count a refusal, and build its error."""
        self.refused += 1
        return OverloadedError()

    async def enter(self, receive: Receive) -> bool:
        """Take a place, after those that wait already.

        Args:
            receive: Of the request, its body having been read: what comes now is its end.

        Returns:
            Whether there is a place, to be left with `leave`; not, if the client went away.

        Raises:
            OverloadedError: Too many wait, or this one has waited too long.
        """
        if self._free:
            self._free -= 1
            return True
        if self.is_full:
            raise self.refuse()
        return await self._wait(receive)

    def leave(self) -> None:
        """Give the place to whoever has waited longest."""
        if self._waiting:
            self._waiting.popleft().set_result(None)
        else:
            self._free += 1

    async def _wait(self, receive: Receive) -> bool:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        gone = asyncio.ensure_future(_wait_for_end(receive))
        has_place = is_gone = False
        try:
            await asyncio.wait(
                {turn, gone}, timeout=self._max_wait_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            is_gone = gone.done()
            has_place = turn.done() and not is_gone
        finally:  # also where the server stops
            gone.cancel()
            if not has_place:
                self._give_up(turn)
        if not has_place and not is_gone:
            raise self.refuse()
        self.abandoned += is_gone
        return has_place

    def _give_up(self, turn: asyncio.Future[None]) -> None:
        if turn.done():
            self.leave()
        else:
            self._waiting.remove(turn)


async def _wait_for_end(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
