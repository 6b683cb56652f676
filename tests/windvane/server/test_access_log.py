"""The lines of the access log."""

import asyncio
import errno
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.server.asgi_connection import (
    JSON_TYPE,
    Connection,
    build_app,
    build_scope,
    call,
    request,
)
from windvane.api.routes import build_routes
from windvane.server.access_guard import AccessGuard
from windvane.server.access_log import AccessLog
from windvane.settings import Settings

KEY = "a-key-of-twenty-characters"
HOST_AND_KEY = ((b"host", b"localhost"), (b"x-api-key", KEY.encode()))
SETTINGS = Settings(bundle_uri="", threads=1, client_keys=(("shop", KEY),))
ROUTES = build_routes(FakeClassifier, SETTINGS)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def app(stream: io.StringIO) -> Iterator[AccessLog]:
    with ThreadPoolExecutor(1) as pool:
        inner = build_app(ROUTES, pool, guard=AccessGuard(SETTINGS))
        yield AccessLog(inner, ROUTES, worker=3, stream=stream)


def read_line(stream: io.StringIO) -> Any:
    [line] = stream.getvalue().splitlines()
    return json.loads(line)


def test_line_says_who_asked_what_and_how_it_went(app: AccessLog, stream: io.StringIO) -> None:
    headers = (
        JSON_TYPE,
        (b"host", b"localhost"),
        (b"x-api-key", KEY.encode()),
        (b"x-request-id", b"my-id"),
    )

    response = request(app, Connection([b'{"text": "xyzzy"}']), query=b"a=xyzzy", headers=headers)

    line = read_line(stream)
    assert response.status == 200
    assert {name: line[name] for name in line if name not in {"timestamp", "duration_ms"}} == {
        "message": "request",
        "method": "POST",
        "path": "/sentiment",
        "status": 200,
        "response_bytes": len(response.body),
        "correlation_id": "my-id",
        "client": "shop",
        "address": None,
        "worker": 3,
    }
    assert 0 < line["duration_ms"] < 20_000
    assert line["timestamp"].endswith("+00:00")
    assert "xyzzy" not in stream.getvalue()
    assert KEY not in stream.getvalue()


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/results/0123-abc", "/v1/results/0123-abc"),
        ("/v1/results/I love it", "/v1/results/<result_id>"),
        ("/v1/results/" + "a" * 300, "/v1/results/<result_id>"),
        ("/v1/results/love\n{}", "other"),
        ("/I-love-it", "other"),
        ("*", "other"),
    ],
)
def test_path_is_no_place_for_a_text(
    app: AccessLog, stream: io.StringIO, path: str, shown: str
) -> None:
    request(app, Connection(), path=path, headers=[(b"host", b"localhost")])

    line = read_line(stream)
    assert (line["path"], line["client"]) == (shown, None)
    assert line["status"] in {403, 404}


def test_method_is_no_place_for_a_text(app: AccessLog, stream: io.StringIO) -> None:
    scope = {**build_scope("/health", "i-love-it"), "headers": [(b"host", b"localhost")]}

    asyncio.run(call(app, scope, Connection()))

    assert read_line(stream)["method"] == "other"


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 5), "192.0.2.7"),
        (("2001:DB8::1", 5), "2001:db8::1"),
        (("fe80::1%a text", 5), "fe80::1"),
        (("text", 0), None),
    ],
)
def test_address_is_that_of_a_machine(
    app: AccessLog, stream: io.StringIO, client: tuple[str, int], address: str | None
) -> None:
    scope = {**build_scope("/health"), "headers": [(b"host", b"localhost")], "client": client}

    asyncio.run(call(app, scope, Connection()))

    assert read_line(stream)["address"] == address


class FullStream(io.StringIO):
    """A stream on a full disk."""

    is_full = True

    def flush(self) -> None:
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")


def test_log_that_cannot_be_written_is_named_once_and_stops_no_request(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stream = FullStream()
    with ThreadPoolExecutor(1) as pool:
        app = AccessLog(build_app(ROUTES, pool, guard=AccessGuard(SETTINGS)), ROUTES, stream=stream)
        for is_full in (True, True, False, True):
            stream.is_full = is_full
            body = Connection([b'{"text": "good"}'])
            response = request(app, body, headers=(JSON_TYPE, *HOST_AND_KEY))
            assert response.status == 200

    assert caplog.messages == ["The access log cannot be written: No space left on device."] * 2


def test_client_that_went_away_has_no_status(app: AccessLog, stream: io.StringIO) -> None:
    headers = [JSON_TYPE, (b"host", b"localhost"), (b"x-api-key", KEY.encode())]

    request(app, Connection([b'{"text":'], gone=True), headers=headers)

    line = read_line(stream)
    assert (line["status"], line["response_bytes"]) == (None, 0)
