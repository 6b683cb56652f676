"""How large headers of a request to a server process may be."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.windvane.api.serve_process import ServeProcess, run_serve

HEAD = b"GET /health HTTP/1.1\r\nHost: localhost\r\n"
CHUNKED = (
    b"POST /sentiment HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    b"Transfer-Encoding: chunked\r\n"
)
JSON = b"Content-Type: application/json\r\n"
BODY = b'\r\n10\r\n{"text": "good"}\r\n0\r\n'
MB = 1024 * 1024


@pytest.fixture(scope="module")
def server(tiny_bundle: Path) -> Iterator[ServeProcess]:
    with run_serve("--bundle", str(tiny_bundle)) as server:
        yield server


def _exchange(server: ServeProcess, request: bytes) -> bytes:
    """Send a request; return all that the server sends until it closes."""
    url = httpx.URL(server.url)
    received = b""
    with socket.create_connection((url.host, url.port), timeout=20) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(request)
        while piece := connection.recv(65536):
            received += piece
    return received


@pytest.mark.parametrize(
    "request_bytes",
    [
        HEAD + b"a: b\r\n" * (MB // 6) + b"\r\n",
        HEAD + b"".join(b"a%d: b\r\n" % i for i in range(100)) + b"\r\n",
        HEAD + b"a: " + b"x" * 65536 + b"\r\n\r\n",
        HEAD + b"a: " + b"x" * 4 * MB,
        HEAD + b"x" * 4 * MB,
        b"GET /" + b"x" * 65536 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /" + b"x" * 4 * MB,
        CHUNKED + JSON + BODY + b"a: b\r\n" * 100 + b"\r\n",
        CHUNKED + JSON + BODY + b"a: " + b"x" * 4 * MB,
    ],
    ids=[
        "many",
        "101",
        "64k",
        "endless-value",
        "endless-name",
        "url",
        "endless-url",
        "trailers",
        "endless-trailer",
    ],
)
def test_serve_refuses_large_headers_and_closes(server: ServeProcess, request_bytes: bytes) -> None:
    started = time.monotonic()

    received = _exchange(server, request_bytes)

    assert received.startswith(b"HTTP/1.1 431 ")
    assert received.count(b"HTTP/1.1") == 1
    assert time.monotonic() - started < 4


def test_serve_takes_headers_within_the_limits(server: ServeProcess) -> None:
    headers = {f"a{i}": "x" * 600 for i in range(90)}

    with httpx.Client() as client:
        statuses = [client.get(f"{server.url}/health", headers=headers) for _ in range(3)]

    assert [response.status_code for response in statuses] == [200, 200, 200]


def test_serve_takes_a_large_body_before_headers(server: ServeProcess) -> None:
    text = " " * 300_000
    with httpx.Client() as client:
        statuses = [
            client.post(f"{server.url}/sentiment", content=f'{{"text": "good"}}{text}', headers=h)
            for h in [{"Content-Type": "application/json"}] * 3
        ]

    assert [response.status_code for response in statuses] == [200, 200, 200]


@pytest.mark.parametrize(
    ("trailer", "status"),
    [(b"Content-Type: application/json\r\n", b"415"), (b"X-Name: caf\xe9\r\n", b"415")],
)
def test_serve_ignores_trailers(server: ServeProcess, trailer: bytes, status: bytes) -> None:
    received = _exchange(server, CHUNKED + BODY + trailer + b"\r\n")

    assert received.split()[1] == status


def test_serve_answers_where_a_late_trailer_is_not_utf8(server: ServeProcess) -> None:
    received = _exchange(server, CHUNKED + JSON + BODY + b"X-Correlation-Id: caf\xe9\r\n\r\n")

    assert received.split()[1] == b"200"
