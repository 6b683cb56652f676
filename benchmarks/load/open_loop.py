"""Requests at a constant rate, whether or not the server keeps up, as callers on the web come."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus

import msgspec

from benchmarks.load.http_client import HttpConnection, HttpPool
from benchmarks.load.latency import Latency, to_latency

PATH = "/sentiment"
HEALTH_SECONDS = 0.1


class OpenLoopFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the requests of one run.

    Attributes:
        rate: Requests a second that were sent.
        seconds: How long they were sent.
        sent: Requests.
        answered: With 200.
        shed: With 503.
        shed_with_retry_after: Of those, with the header.
        failed: Any other status, and connections that broke, by name.
        answer_time: Of the answered, from the moment each was due.
        shed_time: Of the shed, likewise.
        health_time: Of ``GET /health``, asked all the while.
        late: How much later than due requests were sent: the generator's own share.
    """

    rate: float
    seconds: float
    sent: int
    answered: int
    shed: int
    shed_with_retry_after: int
    failed: dict[str, int]
    answer_time: Latency | None
    shed_time: Latency | None
    health_time: Latency | None
    late: Latency | None


class OpenLoop:
    """Sends each request when it is due and notes what comes of it."""

    def __init__(self, port: int, bodies: Sequence[bytes], *, rate: float, seconds: float) -> None:
        """Keep what to send.

        Args:
            port: The server's.
            bodies: Sent in turn.
            rate: Requests a second.
            seconds: How long.
        """
        self._pool = HttpPool(port)
        self._port = port
        self._bodies = bodies
        self._rate = rate
        self._seconds = seconds
        self._late_ms: list[float] = []
        self._answered_ms: list[float] = []
        self._shed_ms: list[float] = []
        self._with_retry_after = 0
        self._failed: Counter[str] = Counter()

    async def run(self) -> OpenLoopFigures:
        """Send them all and wait for every answer."""
        stop = asyncio.Event()
        watching = asyncio.create_task(watch_health(self._port, stop))
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
        health_ms = await watching
        self._pool.close()
        return self._sum_up(count, health_ms)

    async def _send(self, number: int, due: float) -> None:
        self._late_ms.append((time.perf_counter() - due) * 1e3)
        try:
            reply = await self._pool.post(PATH, self._bodies[number % len(self._bodies)])
        except OSError as error:
            self._failed[type(error).__name__] += 1
            return
        took_ms = (time.perf_counter() - due) * 1e3
        if reply.status == HTTPStatus.OK:
            self._answered_ms.append(took_ms)
        elif reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self._shed_ms.append(took_ms)
            self._with_retry_after += "retry-after" in reply.headers
        else:
            self._failed[str(reply.status)] += 1

    def _sum_up(self, sent: int, health_ms: Sequence[float]) -> OpenLoopFigures:
        return OpenLoopFigures(
            rate=self._rate,
            seconds=self._seconds,
            sent=sent,
            answered=len(self._answered_ms),
            shed=len(self._shed_ms),
            shed_with_retry_after=self._with_retry_after,
            failed=dict(self._failed),
            answer_time=to_latency(self._answered_ms),
            shed_time=to_latency(self._shed_ms),
            health_time=to_latency(health_ms),
            late=to_latency(self._late_ms),
        )


async def watch_health(port: int, stop: asyncio.Event) -> list[float]:
    """Ask a quick route on a connection of its own until told to stop; gives milliseconds."""
    milliseconds = []
    connection = await HttpConnection.open(port)
    while not stop.is_set():
        started = time.perf_counter()
        reply = await connection.get("/health")
        milliseconds.append((time.perf_counter() - started) * 1e3)
        if reply.status != HTTPStatus.OK:
            raise ConnectionError(f"/health answered {reply.status}")
        await asyncio.sleep(HEALTH_SECONDS)
    connection.close()
    return milliseconds
