"""Each limit has its status and names its rule, and the model does not run."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import (
    Connection,
    SlowRoute,
    build_app,
    build_scope,
    call,
)
from windvane.api.routes import build_routes
from windvane.facts import MAX_BODY_BYTES
from windvane.inference.predictions import Prediction
from windvane.inference.step_times import StepTimes
from windvane.server.admission import Admission
from windvane.server.asgi_app import LocalApp
from windvane.settings import Settings

SETTINGS = Settings(
    bundle_uri="", threads=1, max_text_chars=20, max_batch_texts=3, max_batch_chars=30
)
KIND = "urn:windvane:problem:"


class SilentClassifier(FakeClassifier):
    """Fails when it is called."""

    def classify(self, texts: Sequence[str], times: StepTimes | None = None) -> list[Prediction]:
        raise AssertionError("a request over a limit was classified")


@pytest.fixture
def app() -> Iterator[LocalApp]:
    with ThreadPoolExecutor(1) as pool:
        yield build_app(build_routes(SilentClassifier, SETTINGS), pool)


def _post(app: LocalApp, path: str, body: bytes) -> Connection:
    return asyncio.run(call(app, build_scope(path, "POST"), Connection([body])))


@pytest.mark.parametrize(
    ("path", "body", "problem", "rule"),
    [
        (
            "/sentiment",
            b" " * (MAX_BODY_BYTES + 1),
            "413 body-too-large",
            f"at most {MAX_BODY_BYTES} bytes",
        ),
        (
            "/sentiment",
            msgspec.json.encode({"text": "x" * 21}),
            "422 field-rule",
            "at most 20 characters",
        ),
        (
            "/v1/classify",
            msgspec.json.encode({"texts": ["x"] * 4}),
            "422 field-rule",
            "at most 3 texts",
        ),
        (
            "/v1/classify",
            msgspec.json.encode({"texts": ["x" * 11] * 3}),
            "422 field-rule",
            "at most 30 characters in all",
        ),
    ],
    ids=["request", "text", "texts", "characters"],
)
def test_limit_has_its_status(
    app: LocalApp, path: str, body: bytes, problem: str, rule: str
) -> None:
    response = _post(app, path, body)

    document = msgspec.json.decode(response.body)
    assert f"{response.status} {document['type'].removeprefix(KIND)}" == problem
    assert document["errors"][0]["rule"] == rule


def test_limit_of_waiting_requests_has_its_status() -> None:
    admission, slow = Admission(places=1, max_waiting=1), SlowRoute()
    callers = [Connection([b'{"text": "any"}']) for _ in range(3)]

    async def send_all() -> None:
        with ThreadPoolExecutor(1) as pool:
            routes = [slow.route, *build_routes(SilentClassifier, SETTINGS)]
            app = build_app(routes, pool, admission)
            running = asyncio.create_task(call(app, build_scope("/slow"), callers[0]))
            await slow.wait_until_asked(1)
            waiting = asyncio.create_task(call(app, build_scope(), callers[1]))
            await asyncio.sleep(0)
            await call(app, build_scope(), callers[2])
            callers[1].leave()
            await waiting
            slow.let_answer()
            await running

    asyncio.run(send_all())

    problem = msgspec.json.decode(callers[2].body)
    assert (callers[2].status, problem["type"]) == (503, f"{KIND}overloaded")
    assert callers[2].headers[b"retry-after"] == b"1"
    assert callers[1].status == 0
