"""Clients that each ask again once they are answered, and every answer compared."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus

import msgspec

from benchmarks.load.http_client import HttpConnection, Reply
from benchmarks.load.latency import Latency, to_latency

PATH = "/sentiment"
SCORE_DIFFERENCE = 1e-5
"""Between what the server sends, rounded, and what the classifier says."""


class Expected(msgspec.Struct, frozen=True):
    """What a text must be answered."""

    sentiment: str
    score: float


class Sent(msgspec.Struct):
    """The parts of an answer that are compared."""

    sentiment: str
    score: float
    result_id: str = ""
    logged: bool = True


class ClosedLoopFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the requests of one run.

    Attributes:
        clients: Connections that asked.
        sent: Requests.
        right: Answers with the label and the score of the classifier.
        texts: How many of the texts were different.
        wrong: Everything else, by name.
        per_second: Answers a second.
        answer_time: Of every answer.
        recorded: Answers that were said to be logged.
        readable: Of those, how many could be looked up afterwards, with the right label.
        different_ids: How many result ids were different.
    """

    clients: int
    sent: int
    right: int
    texts: int
    wrong: dict[str, int]
    per_second: float
    answer_time: Latency | None
    recorded: int = 0
    readable: int = 0
    different_ids: int = 0


class ClosedLoop:
    """Sends requests from several clients, as many as there are or until a time."""

    def __init__(self, port: int, expected: Mapping[str, Expected], *, clients: int) -> None:
        """Keep what to send.

        Args:
            port: The server's.
            expected: What each text must be answered; they are sent in turn.
            clients: Connections.
        """
        self._port = port
        self._bodies = [
            (msgspec.json.encode({"text": text}), wanted) for text, wanted in expected.items()
        ]
        self._clients = clients
        self._milliseconds: list[float] = []
        self._right = 0
        self._wrong: Counter[str] = Counter()
        self._labels: list[tuple[str, str]] = []

    async def send(self, count: int) -> ClosedLoopFigures:
        """Send so many requests, then look every result up that was logged."""
        figures = await self._measure(iter(range(count)))
        readable = await self._look_up()
        ids = {result_id for result_id, _ in self._labels}
        return msgspec.structs.replace(
            figures, recorded=len(self._labels), readable=readable, different_ids=len(ids)
        )

    async def send_for(self, seconds: float) -> ClosedLoopFigures:
        """Send for some time."""
        return await self._measure(_count_until(time.perf_counter() + seconds))

    async def _measure(self, numbers: Iterator[int]) -> ClosedLoopFigures:
        started = time.perf_counter()
        await asyncio.gather(*(self._ask_each(numbers) for _ in range(self._clients)))
        seconds = time.perf_counter() - started
        answered = len(self._milliseconds)
        return ClosedLoopFigures(
            clients=self._clients,
            sent=self._right + self._wrong.total(),
            right=self._right,
            texts=len(self._bodies),
            wrong=dict(self._wrong),
            per_second=round(answered / seconds, 1),
            answer_time=to_latency(self._milliseconds),
        )

    async def _ask_each(self, numbers: Iterator[int]) -> None:
        connection = await HttpConnection.open(self._port)
        for number in numbers:
            body, wanted = self._bodies[number % len(self._bodies)]
            started = time.perf_counter()
            try:
                reply = await connection.post(PATH, body)
            except OSError as error:
                self._wrong[type(error).__name__] += 1
                connection.close()
                connection = await HttpConnection.open(self._port)
                continue
            self._milliseconds.append((time.perf_counter() - started) * 1e3)
            self._compare(reply, wanted)
        connection.close()

    def _compare(self, reply: Reply, wanted: Expected) -> None:
        if reply.status != HTTPStatus.OK:
            self._wrong[str(reply.status)] += 1
            return
        sent = msgspec.json.decode(reply.body, type=Sent)
        is_right = sent.sentiment == wanted.sentiment
        if is_right and abs(sent.score - wanted.score) <= SCORE_DIFFERENCE:
            self._right += 1
        else:
            self._wrong["label or score"] += 1
        if not sent.logged:
            self._wrong["not logged"] += 1
        elif sent.result_id:
            self._labels.append((sent.result_id, sent.sentiment))

    async def _look_up(self) -> int:
        """Count the results that are there, from a few connections."""
        left = iter(self._labels)
        found = await asyncio.gather(*(self._look_up_each(left) for _ in range(4)))
        return sum(found)

    async def _look_up_each(self, left: Iterator[tuple[str, str]]) -> int:
        connection = await HttpConnection.open(self._port)
        found = 0
        for result_id, label in left:
            reply = await connection.get(f"/v1/results/{result_id}")
            is_there = reply.status == HTTPStatus.OK
            found += is_there and msgspec.json.decode(reply.body)["label"] == label
        connection.close()
        return found


def _count_until(end: float) -> Iterator[int]:
    number = 0
    while time.perf_counter() < end:
        yield number
        number += 1
