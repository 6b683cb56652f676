"""How each kind of problem comes about, over HTTP, by the last part of its URI."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from threading import Event
from typing import Any

import httpx

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.jobs.fake_step_functions import (
    MACHINE,
    FakeStepFunctions,
    serve_step_functions,
)
from tests.windvane.result_log.records import MAKER, FakeResultLog
from tests.windvane.server.asgi_connection import build_app
from tests.windvane.server.asgi_server import serve_app
from windvane.api.classification_service import TextClassifier
from windvane.api.problems import ModelNotReadyError
from windvane.api.route import Route
from windvane.api.routes import build_routes
from windvane.facts import MAX_BODY_BYTES
from windvane.inference.predictions import Prediction
from windvane.result_log.errors import DamagedRecordError
from windvane.result_log.record import ResultRecord
from windvane.result_log.recorder import Recorder
from windvane.server.access_guard import AccessGuard
from windvane.server.admission import Admission
from windvane.server.request_reading import BodyReader
from windvane.settings import Settings

SETTINGS = Settings(bundle_uri="", threads=1)
RESULT = "/v1/results/019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48"
KEY = {"Idempotency-Key": "one"}
TEXT = {"text": "good"}
SECONDS = 20
HOST = "127.0.0.1"
HALF_A_REQUEST = (
    b"POST /sentiment HTTP/1.1\r\nHost: windvane\r\nContent-Type: application/json\r\n"
    b'Content-Length: 99\r\n\r\n{"text": '
)

Provoke = Callable[[], Coroutine[Any, Any, httpx.Response]]


class GatedClassifier(FakeClassifier):
    """Answers once the gate is open."""

    def __init__(self) -> None:
        self.entered = Event()
        self.gate = Event()

    def classify(self, *arguments: Any, **options: Any) -> list[Prediction]:
        self.entered.set()
        if not self.gate.wait(SECONDS):
            raise TimeoutError
        return super().classify(*arguments, **options)


def _get_unready() -> TextClassifier:
    raise ModelNotReadyError


@asynccontextmanager
async def _open(
    get_classifier: Callable[[], TextClassifier] = FakeClassifier,
    *,
    admission: Admission | None = None,
    reader: BodyReader | None = None,
    result_log: FakeResultLog | None = None,
    guard: AccessGuard | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve until the block ends, with what is asked for in the place of the usual."""
    recorder = Recorder(result_log or FakeResultLog(), MAKER)
    routes = build_routes(get_classifier, SETTINGS, recorder)
    async with _serve(routes, admission, reader, guard) as client:
        yield client


@asynccontextmanager
async def _serve(
    routes: Sequence[Route],
    admission: Admission | None = None,
    reader: BodyReader | None = None,
    guard: AccessGuard | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    pool = ThreadPoolExecutor(2)
    app = build_app(routes, pool, admission, reader, guard)
    async with (
        serve_app(app) as port,
        httpx.AsyncClient(base_url=f"http://{HOST}:{port}", timeout=SECONDS) as client,
    ):
        yield client
    pool.shutdown(wait=False)


def _sent(method: str, path: str, **request: Any) -> Provoke:
    """Provoke by one request that any server gets."""

    async def provoke() -> httpx.Response:
        async with _open() as client:
            return await client.request(method, path, **request)

    return provoke


def _sent_to_a_guard(path: str = "/v1/model", **headers: str) -> Provoke:
    """Provoke by headers of a request that a guard refuses."""

    async def provoke() -> httpx.Response:
        guard = AccessGuard(replace(SETTINGS, api_keys=("a-key-of-twenty-characters",)))
        async with _open(guard=guard) as client:
            return await client.get(path, headers=headers)

    return provoke


async def _reuse_a_key() -> httpx.Response:
    async with _open() as client:
        await client.post("/sentiment", json=TEXT, headers=KEY)
        return await client.post("/sentiment", json={"text": "bad"}, headers=KEY)


async def _ask_while_another_is_answered(**request: Any) -> httpx.Response:
    """Send the same request twice where the first is answered only after the second."""
    classifier = GatedClassifier()
    places = 2 if request.get("headers") else 1
    admission = Admission(places=places, max_waiting=0)
    async with _open(lambda: classifier, admission=admission) as client:
        first = asyncio.create_task(client.post("/sentiment", json=TEXT, **request))
        await asyncio.to_thread(classifier.entered.wait, SECONDS)
        second = await client.post("/sentiment", json=TEXT, **request)
        classifier.gate.set()
        assert (await first).status_code == 200
        return second


async def _ask_with_the_same_key() -> httpx.Response:
    return await _ask_while_another_is_answered(headers=KEY)


async def _ask_before_the_server_stops() -> httpx.Response:
    classifier = GatedClassifier()
    async with httpx.AsyncClient(timeout=SECONDS) as other:
        async with _open(lambda: classifier) as client:
            url = client.base_url.join("/sentiment")
            asked = asyncio.create_task(other.post(url, json=TEXT))
            await asyncio.to_thread(classifier.entered.wait, SECONDS)
        answer = await asked
    classifier.gate.set()
    return answer


async def _stop_in_the_middle_of_the_body() -> httpx.Response:
    """Send half of a body by hand: httpx reads no answer before it has sent all."""
    async with _open(reader=BodyReader(seconds=0.05)) as client:
        reader, writer = await asyncio.open_connection(HOST, client.base_url.port)
        writer.write(HALF_A_REQUEST)
        answer = await asyncio.wait_for(reader.read(), SECONDS)
        writer.close()
        await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = [tuple(line.split(": ", 1)) for line in lines]
    return httpx.Response(int(status.split()[1]), headers=headers, content=body)  # type: ignore[arg-type]


async def _ask_before_the_model_is_loaded() -> httpx.Response:
    async with _open(_get_unready) as client:
        return await client.post("/sentiment", json=TEXT)


class DamagedLog(FakeResultLog):
    """Has nothing but damaged records."""

    def read(self, result_id: str, *, client: str | None = None) -> ResultRecord | None:
        raise DamagedRecordError(result_id)


async def _ask_for_a_damaged_result() -> httpx.Response:
    async with _open(result_log=DamagedLog()) as client:
        return await client.get(RESULT)


async def _ask_a_log_that_is_lost() -> httpx.Response:
    async with _open(result_log=FakeResultLog(reason="lost")) as client:
        return await client.get(RESULT)


@asynccontextmanager
async def _open_jobs() -> AsyncIterator[tuple[httpx.AsyncClient, FakeStepFunctions]]:
    """Serve jobs that the fake runs."""
    settings = replace(
        SETTINGS, jobs_arn=MACHINE, job_inputs=("s3://texts/",), job_outputs=("s3://results/",)
    )
    with serve_step_functions() as fake:
        routes = build_routes(FakeClassifier, settings, environ=fake.environ)
        async with _serve(routes) as client:
            yield client, fake


async def _ask_for_an_unknown_job() -> httpx.Response:
    async with _open_jobs() as (client, _):
        return await client.get("/v1/jobs/unknown")


async def _redrive_a_job_that_runs() -> httpx.Response:
    async with _open_jobs() as (client, _):
        job = {"input": "s3://texts/a.csv", "output": "s3://results/"}
        started = (await client.post("/v1/jobs", json=job)).json()
        return await client.post(f"/v1/jobs/{started['job_id']}/redrive")


async def _ask_jobs_that_are_refused() -> httpx.Response:
    async with _open_jobs() as (client, fake):
        fake.refused = [("AccessDeniedException", 400)]
        return await client.get("/v1/jobs")


CASES: Mapping[str, Provoke] = {
    "malformed-body": _sent(
        "POST", "/sentiment", content=b"{", headers={"Content-Type": "application/json"}
    ),
    "malformed-request": _sent("GET", "/v1/model", headers={b"X-Name": b"caf\xe9"}),
    "host-unclear": _sent_to_a_guard(Host="a b"),
    "key-needed": _sent_to_a_guard(),
    "origin-refused": _sent_to_a_guard(Origin="https://evil.example"),
    "route-not-found": _sent("GET", "/v2"),
    "result-not-found": _sent("GET", RESULT),
    "jobs-not-enabled": _sent("GET", "/v1/jobs"),
    "job-not-found": _ask_for_an_unknown_job,
    "method-not-allowed": _sent("PUT", "/sentiment"),
    "body-timeout": _stop_in_the_middle_of_the_body,
    "key-in-use": _ask_with_the_same_key,
    "body-too-large": _sent("POST", "/sentiment", content=b" " * (MAX_BODY_BYTES + 1)),
    "not-json": _sent("POST", "/sentiment", content=b"{}"),
    "host-unknown": _sent_to_a_guard(Host="evil.example"),
    "field-rule": _sent("POST", "/sentiment", json={}),
    "key-reused": _reuse_a_key,
    "headers-too-large": _sent("GET", "/v1/model", headers={"X-Name": "x" * 70_000}),
    "overloaded": _ask_while_another_is_answered,
    "server-stopping": _ask_before_the_server_stops,
    "model-not-ready": _ask_before_the_model_is_loaded,
    "result-damaged": _ask_for_a_damaged_result,
    "job-not-redrivable": _redrive_a_job_that_runs,
    "jobs-unavailable": _ask_jobs_that_are_refused,
    "log-unavailable": _ask_a_log_that_is_lost,
}
