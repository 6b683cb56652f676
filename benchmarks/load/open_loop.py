"""Open loop: requests at a constant rate, however slowly the server responds.

Response times count from the moment a request was due, which avoids coordinated omission.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

from benchmarks.load.http_client import HttpConnection, HttpPool
from benchmarks.load.load_results import OpenLoopFigures, to_response_times

PATH = "/sentiment"
HEALTH_SECONDS = 0.1


class OpenLoop:
    """Sends each request when it is due."""

    def __init__(self, port: int, bodies: Sequence[bytes], *, rate: float, seconds: float) -> None:
        """Prepare a run.

        Args:
            port: Port of the server.
            bodies: Request bodies, sent round-robin.
            rate: Requests a second.
            seconds: How long to send.
        """
        self._pool = HttpPool(port)
        self._port = port
        self._bodies = bodies
        self._rate = rate
        self._seconds = seconds
        self._late_ms: list[float] = []
        self._succeeded_ms: list[float] = []
        self._shed_ms: list[float] = []
        self._with_retry_after = 0
        self._failed: Counter[str] = Counter()

    async def run(self) -> OpenLoopFigures:
        """Send all requests and wait for the responses."""
        stop = asyncio.Event()
        health = asyncio.create_task(measure_health(self._port, stop))
        count = round(self._rate * self._seconds)
        started = time.perf_counter()
        tasks = []
        for number in range(count):
            due = started + number / self._rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            tasks.append(asyncio.create_task(self._send(number, due)))
        await asyncio.gather(*tasks)
        stop.set()
        health_ms = await health
        self._pool.close()
        return self._summarize(count, health_ms)

    async def _send(self, number: int, due: float) -> None:
        self._late_ms.append((time.perf_counter() - due) * 1e3)
        body = self._bodies[number % len(self._bodies)]
        try:
            response = await self._pool.request("POST", PATH, body)
        except OSError as error:
            self._failed[type(error).__name__] += 1
            return
        time_ms = (time.perf_counter() - due) * 1e3
        if response.status == HTTPStatus.OK:
            self._succeeded_ms.append(time_ms)
        elif response.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self._shed_ms.append(time_ms)
            self._with_retry_after += "retry-after" in response.headers
        else:
            self._failed[str(response.status)] += 1

    def _summarize(self, sent: int, health_ms: Sequence[float]) -> OpenLoopFigures:
        return OpenLoopFigures(
            rate=self._rate,
            seconds=self._seconds,
            sent=sent,
            succeeded=len(self._succeeded_ms),
            shed=len(self._shed_ms),
            shed_with_retry_after=self._with_retry_after,
            failed=dict(self._failed),
            response_time=to_response_times(self._succeeded_ms),
            shed_time=to_response_times(self._shed_ms),
            health_time=to_response_times(health_ms),
            late=to_response_times(self._late_ms),
        )


async def measure_health(port: int, stop: asyncio.Event) -> list[float]:
    """Request ``/health`` on one connection until ``stop`` is set.

    Returns:
        Response times in milliseconds.

    Raises:
        ConnectionError: A response was not 200.
    """
    times_ms = []
    connection = await HttpConnection.open(port)
    while not stop.is_set():
        started = time.perf_counter()
        response = await connection.request("GET", "/health")
        times_ms.append((time.perf_counter() - started) * 1e3)
        if response.status != HTTPStatus.OK:
            raise ConnectionError(f"/health responded {response.status}")
        await asyncio.sleep(HEALTH_SECONDS)
    connection.close()
    return times_ms
