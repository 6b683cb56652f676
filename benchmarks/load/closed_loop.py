"""Closed loop: each client sends its next request once it has the response to the last one."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus

from benchmarks.load.http_client import HttpPool, Response


class ClosedLoop:
    """Sends requests from several clients.

    Attributes:
        times_ms: Response times, in the order of the responses.
        errors: Statuses other than 200, and connection errors by name.
        seconds: How long the run took.
    """

    def __init__(
        self,
        port: int,
        path: str,
        bodies: Sequence[bytes],
        *,
        clients: int,
        on_success: Callable[[int, Response], None] | None = None,
    ) -> None:
        """Prepare a run.

        Args:
            port: Port of the server.
            path: Path that every request is posted to.
            bodies: Request bodies, sent round-robin.
            clients: Requests in progress at once.
            on_success: Called with the index of the body and each response with status 200.
        """
        self.times_ms: list[float] = []
        self.errors: Counter[str] = Counter()
        self.seconds = 0.0
        self._pool = HttpPool(port)
        self._path = path
        self._bodies = bodies
        self._clients = clients
        self._on_success = on_success

    async def send(self, count: int) -> None:
        """Send a number of requests."""
        await self._run(iter(range(count)))

    async def send_for(self, seconds: float) -> None:
        """Send requests for some time, and wait for the last responses."""
        await self._run(_count_until(time.perf_counter() + seconds))

    async def _run(self, numbers: Iterator[int]) -> None:
        started = time.perf_counter()
        await asyncio.gather(*(self._send_each(numbers) for _ in range(self._clients)))
        self.seconds = time.perf_counter() - started
        self._pool.close()

    async def _send_each(self, numbers: Iterator[int]) -> None:
        for number in numbers:
            index = number % len(self._bodies)
            started = time.perf_counter()
            try:
                response = await self._pool.request("POST", self._path, self._bodies[index])
            except OSError as error:
                self.errors[type(error).__name__] += 1
                continue
            self.times_ms.append((time.perf_counter() - started) * 1e3)
            if response.status != HTTPStatus.OK:
                self.errors[str(response.status)] += 1
            elif self._on_success:
                self._on_success(index, response)


def _count_until(end: float) -> Iterator[int]:
    number = 0
    while time.perf_counter() < end:
        yield number
        number += 1
