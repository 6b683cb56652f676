"""The load runs, small, where nothing depends on how fast the machine is."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import msgspec
import pytest

from benchmarks.load.__main__ import build_page
from benchmarks.load.closed_loop import ClosedLoop
from benchmarks.load.compared_loop import ComparedLoop, Expected
from benchmarks.load.http_client import HttpConnection
from benchmarks.load.load_results import OpenLoopFigures, read_results
from benchmarks.load.load_runs import LoadError, check, classify_texts
from benchmarks.load.open_loop import OpenLoop
from benchmarks.server_process import WINDVANE_SERVER, start_server
from benchmarks.texts import read_sentences
from tests.conftest import REPOSITORY
from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import build_app
from tests.windvane.server.asgi_server import serve_app
from windvane.api.routes import build_routes
from windvane.inference.predictions import Prediction
from windvane.inference.step_times import StepTimes
from windvane.server.admission import Admission
from windvane.settings import Settings

CLIENTS = 64
REQUESTS = 960
BODIES = [b'{"text": "any"}']


class BlockedClassifier(FakeClassifier):
    """Blocks until it may finish, so that the queue fills up."""

    def __init__(self) -> None:
        self.may_finish = Event()

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        if not self.may_finish.wait(30):
            raise TimeoutError
        return super().classify(texts, times)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.001)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_many_clients_get_right_responses_and_every_result_is_recorded(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    words = ["good", "bad", "good good", "bad bad", "neither"]
    texts = [f"{word} {sentence}" for word in words for sentence in read_sentences()[:20]]
    environ = {
        "WINDVANE_BUNDLE_URI": str(tiny_bundle),
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{tmp_path}/results.db",
        "WINDVANE_THREADS": "2",
    }
    expected = classify_texts(texts, str(tiny_bundle))

    with start_server(WINDVANE_SERVER, environ=environ) as server:
        figures = asyncio.run(ComparedLoop(server.port, expected, clients=CLIENTS).send(REQUESTS))

    assert len({prediction.sentiment for prediction in expected.values()}) == 3
    assert (figures.sent, figures.right, figures.wrong) == (REQUESTS, REQUESTS, {})
    assert (figures.recorded, figures.readable) == (REQUESTS, REQUESTS)
    assert figures.different_ids == REQUESTS


def test_closed_loop_counts_a_wrong_response(tiny_bundle: Path) -> None:
    right = classify_texts(["good", "bad"], str(tiny_bundle))
    swapped = {"good": right["bad"], "bad": Expected(right["bad"].sentiment, 0.5)}

    environ = {"WINDVANE_BUNDLE_URI": str(tiny_bundle), "WINDVANE_RESULT_LOG_URI": "none:"}

    with start_server(WINDVANE_SERVER, environ=environ) as server:
        figures = asyncio.run(ComparedLoop(server.port, swapped, clients=1).send(4))

    assert (figures.right, figures.wrong) == (0, {"label or score": 4})


def test_closed_loop_counts_other_statuses_and_refused_connections(
    pool: ThreadPoolExecutor,
) -> None:
    routes = build_routes(FakeClassifier, Settings(bundle_uri="", threads=1))

    async def run_both() -> tuple[ClosedLoop, ClosedLoop]:
        async with serve_app(build_app(routes, pool)) as port:
            served = ClosedLoop(port, "/nowhere", BODIES, clients=2)
            await served.send_for(0.05)
        refused = ClosedLoop(port, "/nowhere", BODIES, clients=2)
        await refused.send(3)
        return served, refused

    served, refused = asyncio.run(run_both())

    assert served.times_ms
    assert served.seconds >= 0.05
    assert served.errors == {"404": len(served.times_ms)}
    assert (refused.times_ms, refused.errors) == ([], {"ConnectionRefusedError": 3})


def test_overload_sheds_requests_that_meet_a_full_queue_and_serves_the_others(
    pool: ThreadPoolExecutor,
) -> None:
    classifier = BlockedClassifier()
    routes = build_routes(lambda: classifier, Settings(bundle_uri="", threads=2))
    admission = Admission(places=2, max_waiting=5)

    async def overload() -> OpenLoopFigures:
        async with serve_app(build_app(routes, pool, admission)) as port:
            loop = OpenLoop(port, BODIES, rate=400, seconds=0.1)
            running = asyncio.create_task(loop.run())
            await _until(lambda: admission.refused == 40 - 7)
            classifier.may_finish.set()
            return await running

    figures = asyncio.run(overload())

    assert (figures.sent, figures.succeeded, figures.shed) == (40, 2 + 5, 33)
    assert figures.shed_with_retry_after == 33
    assert figures.failed == {}
    assert figures.health_time is not None


def test_overload_does_not_run_requests_of_disconnected_clients(
    pool: ThreadPoolExecutor,
) -> None:
    classifier = BlockedClassifier()
    routes = build_routes(lambda: classifier, Settings(bundle_uri="", threads=1))
    admission = Admission(places=1, max_waiting=5)

    async def disconnect() -> int:
        async with serve_app(build_app(routes, pool, admission)) as port:
            first, second = [await HttpConnection.open(port) for _ in range(2)]
            served = asyncio.create_task(first.request("POST", "/sentiment", BODIES[0]))
            await _until(lambda: admission.running == 1)
            lost = asyncio.create_task(second.request("POST", "/sentiment", BODIES[0]))
            await _until(lambda: admission.waiting == 1)
            second.close()
            await _until(lambda: admission.abandoned == 1)
            classifier.may_finish.set()
            await asyncio.wait({lost})
            assert isinstance(lost.exception(), OSError)
            status = (await served).status
            first.close()
            return status

    assert asyncio.run(disconnect()) == 200
    assert (admission.running, admission.waiting) == (0, 0)


def test_check_names_failed_checks() -> None:
    results = read_results()
    check(results)

    worse = msgspec.structs.replace(
        results,
        comparison=msgspec.structs.replace(results.comparison, right=9_999),
        overload=msgspec.structs.replace(results.overload, failed={"500": 3}),
    )
    with pytest.raises(LoadError) as caught:
        check(worse)

    assert "wrong responses: 1, not 0" in str(caught.value)
    assert "requests that failed under overload: 3, not 0" in str(caught.value)


def test_page_is_that_of_the_results() -> None:
    page = (REPOSITORY / "docs" / "load.md").read_text(encoding="utf-8")

    assert page == build_page(read_results())
