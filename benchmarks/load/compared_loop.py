"""A closed loop whose every response is compared with the classifier's prediction."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from http import HTTPStatus

import msgspec

from benchmarks.load.closed_loop import ClosedLoop
from benchmarks.load.http_client import HttpPool, Response
from benchmarks.load.load_results import ClosedLoopFigures, to_response_times

PATH = "/sentiment"
SCORE_DIFFERENCE = 1e-5
"""The server rounds scores, the classifier does not."""
LOOK_UP_CLIENTS = 4


class Expected(msgspec.Struct, frozen=True):
    """Prediction of the classifier for one text."""

    sentiment: str
    score: float


class SentimentBody(msgspec.Struct):
    """The fields of a response body that are compared."""

    sentiment: str
    score: float
    result_id: str = ""
    logged: bool = True


class ComparedLoop:
    """Sends texts whose predictions are known."""

    def __init__(self, port: int, expected: Mapping[str, Expected], *, clients: int) -> None:
        bodies = [msgspec.json.encode({"text": text}) for text in expected]
        self._loop = ClosedLoop(port, PATH, bodies, clients=clients, on_success=self._compare)
        self._pool = HttpPool(port)
        self._expected = list(expected.values())
        self._clients = clients
        self._right = 0
        self._wrong: Counter[str] = Counter()
        self._recorded: list[tuple[str, str]] = []  # result id, label

    async def send(self, count: int) -> ClosedLoopFigures:
        """Send a number of requests, then look up every recorded result."""
        await self._loop.send(count)
        readable = await self._look_up()
        ids = {result_id for result_id, _ in self._recorded}
        return msgspec.structs.replace(
            self._summarize(),
            recorded=len(self._recorded),
            readable=readable,
            different_ids=len(ids),
        )

    async def send_for(self, seconds: float) -> ClosedLoopFigures:
        """Send requests for some time."""
        await self._loop.send_for(seconds)
        return self._summarize()

    def _compare(self, index: int, response: Response) -> None:
        body = msgspec.json.decode(response.body, type=SentimentBody)
        expected = self._expected[index]
        has_label = body.sentiment == expected.sentiment
        if has_label and abs(body.score - expected.score) <= SCORE_DIFFERENCE:
            self._right += 1
        else:
            self._wrong["label or score"] += 1
        if not body.logged:
            self._wrong["not logged"] += 1
        elif body.result_id:
            self._recorded.append((body.result_id, body.sentiment))

    async def _look_up(self) -> int:
        """Count the recorded results that can be read with the right label."""
        results = iter(self._recorded)
        counts = [self._look_up_each(results) for _ in range(LOOK_UP_CLIENTS)]
        readable = sum(await asyncio.gather(*counts))
        self._pool.close()
        return readable

    async def _look_up_each(self, results: Iterator[tuple[str, str]]) -> int:
        readable = 0
        for result_id, label in results:
            response = await self._pool.request("GET", f"/v1/results/{result_id}")
            is_there = response.status == HTTPStatus.OK
            readable += is_there and msgspec.json.decode(response.body)["label"] == label
        return readable

    def _summarize(self) -> ClosedLoopFigures:
        wrong = self._wrong + self._loop.errors
        return ClosedLoopFigures(
            clients=self._clients,
            sent=self._right + wrong.total(),
            right=self._right,
            texts=len(self._expected),
            wrong=dict(wrong),
            per_second=round(len(self._loop.times_ms) / self._loop.seconds, 1),
            response_time=to_response_times(self._loop.times_ms),
        )
