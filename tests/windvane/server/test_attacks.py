"""Requests that no client sends in good faith, to a server process: each gets its refusal."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.windvane.api.serve_process import ServeProcess, run_serve
from tests.windvane.server.raw_connection import read_problem, read_statuses

SECONDS = 20
HOST = b"Host: localhost\r\n"
END = b"Connection: close\r\n\r\n"
JSON = b"Content-Type: application/json\r\n"
TEXT = b'{"text": "good"}'
POST = b"POST /sentiment HTTP/1.1\r\n" + HOST + JSON
CHUNKED = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
LENGTH = b"Content-Length: 16\r\n"


def _get(target: bytes, *headers: bytes, method: bytes = b"GET", version: bytes = b"1.1") -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return method + b" " + target + b" HTTP/" + version + b"\r\n" + HOST + lines + END


def _host(value: bytes) -> bytes:
    return b"GET /v1/model HTTP/1.1\r\nHost: " + value + b"\r\n" + END


MALFORMED = {
    "not-http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "http2-preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http-3": _get(b"/health", version=b"3.0"),
    "http-0.9": b"GET /v1/model\r\n\r\n",
    "no-version": b"GET /health HTTP\r\n" + HOST + END,
    "lower-case-method": _get(b"/health", method=b"get"),
    "unknown-method": _get(b"/health", method=b"BREW-TEA"),
    "nul-in-name": _get(b"/health", b"a\0b: c"),
    "nul-in-value": _get(b"/health", b"a: \0"),
    "only-nuls": b"\0" * 1024,
    "bare-cr-in-value": _get(b"/health", b"a: b\rc: d"),
    "space-before-colon": _get(b"/health", b"Content-Length : 5"),
    "folded-header": _get(b"/health", b" a: b"),
    "space-in-target": _get(b"/health x"),
    "nul-in-target": _get(b"/health\0"),
    "target-without-slash": _get(b"health"),
    "negative-length": POST + b"Content-Length: -1\r\n\r\n",
    "signed-length": POST + b"Content-Length: +16\r\n\r\n" + TEXT,
    "hex-length": POST + b"Content-Length: 0x10\r\n\r\n" + TEXT,
    "list-of-lengths": POST + b"Content-Length: 16, 16\r\n\r\n" + TEXT,
    "endless-length": POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "two-lengths": POST + LENGTH + b"Content-Length: 17\r\n\r\n" + TEXT,
    "same-length-twice": POST + LENGTH * 2 + b"\r\n" + TEXT,
    "length-and-chunked": POST + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked-and-length": POST + b"Transfer-Encoding: chunked\r\n" + LENGTH + b"\r\n0\r\n\r\n",
    "chunked-not-last": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "unknown-coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + TEXT,
    "chunked-in-1.0": b"POST /sentiment HTTP/1.0\r\n" + LENGTH + b"Transfer-Encoding: x\r\n\r\n",
    "chunk-size-0x": CHUNKED + b"0x10\r\n" + TEXT + b"\r\n0\r\n\r\n",
    "chunk-size-signed": CHUNKED + b"+10\r\n" + TEXT + b"\r\n0\r\n\r\n",
    "chunk-size-underscore": CHUNKED + b"1_0\r\n" + TEXT + b"\r\n0\r\n\r\n",
    "chunk-size-negative": CHUNKED + b"-1\r\n" + TEXT + b"\r\n0\r\n\r\n",
    "chunk-size-endless": CHUNKED + b"f" * 32 + b"\r\n" + TEXT,
    "chunk-size-empty": CHUNKED + b"\r\n" + TEXT + b"\r\n0\r\n\r\n",
    "chunk-too-long": CHUNKED + b"f\r\n" + TEXT + b"\r\n0\r\n\r\n",
    "chunk-without-end": CHUNKED + b"10\r\n" + TEXT + b"0\r\n\r\n",
}

ANSWERED = {
    "http-1.0": (b"GET /health HTTP/1.0\r\n" + HOST + b"\r\n", [200]),
    "bare-line-feeds": (_get(b"/health").replace(b"\r\n", b"\n"), [400]),
    "empty-lines-first": (b"\r\n\r\n" + _get(b"/health"), [200]),
    "fragment": (_get(b"/health#/v1/results"), [200, 400]),
    "absolute-form": (_get(b"http://localhost/health"), [200]),
    "absolute-form-of-another": (_get(b"http://evil.example/v1/model"), [421]),
    "absolute-form-with-user": (_get(b"http://localhost@evil.example/v1/model"), [400]),
    "absolute-form-of-a-file": (_get(b"file:///etc/passwd"), [400]),
    "absolute-form-without-path": (_get(b"http://localhost"), [200]),
    "absolute-form-of-a-query": (_get(b"http://localhost?a=b"), [200]),
    "absolute-form-in-1.0": (b"GET http://localhost/health HTTP/1.0\r\n\r\n", [200]),
    "absolute-form-in-1.0-of-another": (b"GET http://evil.example/ HTTP/1.0\r\n\r\n", [421]),
    "absolute-form-without-host": (b"GET http://localhost/health HTTP/1.1\r\n" + END, [400]),
    "authority-form": (_get(b"evil.example:443", method=b"CONNECT"), [400]),
    "asterisk": (_get(b"*", method=b"OPTIONS"), [404]),
    "trace": (_get(b"/health", b"X-Secret: a", method=b"TRACE"), [405]),
    "expect-other": (_get(b"/health", b"Expect: 200-ok"), [200, 417]),
    "expect-nothing": (_get(b"/health", b"Expect: 100-continue"), [200]),
    "body-of-get": (_get(b"/health", b"Content-Length: 3") + b"abc", [200]),
    "chunk-extension": (CHUNKED + b"10;a=b\r\n" + TEXT + b"\r\n0\r\n\r\n", [200]),
    "chunk-extension-1MB": (CHUNKED + b"10;" + b"a" * 2**20 + b"\r\n" + TEXT, [400, 431]),
    "chunks-of-1": (CHUNKED + b"".join(b"1\r\n%c\r\n" % c for c in TEXT) + b"0\r\n\r\n", [200]),
    "zeros-before-size": (CHUNKED + b"0" * 12 + b"10\r\n" + TEXT + b"\r\n0\r\n\r\n", [200, 400]),
    "line-feed-after-path": (_get(b"/health%0a"), [404]),
    "line-feed-after-slash": (_get(b"/health/%0A"), [404]),
    "nul-after-path": (_get(b"/health%00"), [404]),
    "encoded-twice": (_get(b"/%2568ealth"), [404]),
    "encoded": (_get(b"/%68ealth"), [200]),
    "encoded-badly": (_get(b"/health%"), [404]),
    "not-utf8": (_get(b"/health%ff"), [404]),
    "up": (_get(b"/console/../health"), [404]),
    "up-encoded": (_get(b"/console/%2e%2e%2fsettings.py"), [404]),
    "up-backslash": (_get(b"/console/..%5c..%5csettings.py"), [404]),
    "dot-for-another": (_get(b"/openapi%2fjson"), [404]),
    "many-slashes": (_get(b"/" * 60_000 + b"x"), [404]),
    "many-parameters": (_get(b"/v1/results?" + b"a=&" * 20_000), [422]),
    "subject-in-latin-1": (_get(b"/v1/results?subject=caf%E9"), [422]),
    "host-upper-case": (_host(b"LOCALHOST"), [200]),
    "host-with-port": (_host(b"127.0.0.1:1"), [200]),
    "host-ipv6": (_host(b"[::1]:8080"), [200]),
    "host-dot": (_host(b"localhost."), [200]),
    "host-dots": (_host(b"localhost.."), [400, 421]),
    "host-user": (_host(b"localhost@evil.example"), [400]),
    "host-ending": (_host(b"evil.localhost"), [421]),
    "host-beginning": (_host(b"localhost.evil.example"), [421]),
    "host-list": (_host(b"localhost, evil.example"), [400]),
    "host-path": (_host(b"localhost/evil.example"), [400]),
    "host-number": (_host(b"2130706433"), [421]),
    "host-hex": (_host(b"0x7f.1"), [421]),
    "host-any": (_host(b"0.0.0.0"), [421]),
    "host-mapped": (_host(b"[::ffff:127.0.0.1]"), [421]),
    "host-port-large": (_host(b"localhost:999999"), [400]),
    "host-port-empty": (_host(b"localhost:"), [400]),
    "host-nbsp": (_host(b"localhost\xc2\xa0"), [400]),
    "host-empty": (_host(b""), [400]),
    "host-missing": (b"GET /v1/model HTTP/1.1\r\n" + END, [400]),
    "host-missing-1.0": (b"GET /v1/model HTTP/1.0\r\n\r\n", [400]),
    "host-twice": (_get(b"/v1/model", b"Host: localhost"), [400]),
    "forwarded-host": (_get(b"/v1/model", b"X-Forwarded-Host: evil.example"), [200]),
    "origin-null": (_get(b"/v1/model", b"Origin: null"), [403]),
    "origin-empty": (_get(b"/v1/model", b"Origin:"), [403]),
    "origin-twice": (_get(b"/v1/model", b"Origin: http://localhost", b"Origin: null"), [403]),
    "origin-port": (_get(b"/v1/model", b"Origin: http://localhost:1"), [403]),
    "origin-other-scheme": (_get(b"/v1/model", b"Origin: chrome-extension://localhost"), [403]),
    "method-override": (_get(b"/v1/results/1", b"X-HTTP-Method-Override: DELETE"), [404, 422]),
}
"""What is sent, and the statuses that are right for its only response."""

PIPELINED = {
    "smuggled-behind-length": (
        POST + LENGTH + b"\r\n" + TEXT + _get(b"/nowhere"), [200, 404]
    ),
    "smuggled-behind-a-body-of-get": (
        _get(b"/health", b"Content-Length: 38")[: -len(END)] + b"\r\n"
        + b"GET /nowhere HTTP/1.1\r\nHost: localhost" + _get(b"/nowhere"), [200, 404]
    ),
    "behind-close-in-trailers": (
        POST + b"Transfer-Encoding: chunked\r\n\r\n10\r\n" + TEXT
        + b"\r\n0\r\nConnection: close\r\n\r\n" + _get(b"/nowhere"), [200]
    ),
    "behind-close": (_get(b"/health") + _get(b"/nowhere"), [200]),
    "behind-upgrade": (
        b"GET /health HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
        + _get(b"/nowhere"), [200, 404]
    ),
    "behind-1.0": (b"GET /health HTTP/1.0\r\n" + HOST + b"\r\n" + _get(b"/nowhere"), [200]),
    "malformed-behind": (POST + LENGTH + b"\r\n" + TEXT + b"\0", [200, 400]),
    "more-than-32": ((POST + LENGTH + b"\r\n" + TEXT) * 40, [200] * 33 + [503]),
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeProcess]:
    log = f"sqlite:///{tmp_path_factory.mktemp('log') / 'results.db'}"
    environ = {"WINDVANE_RESULT_LOG_URI": log}
    with run_serve("--bundle", str(tiny_bundle), environ=environ) as server:
        yield server
        assert httpx.get(f"{server.url}/health").status_code == 200
        server.process.terminate()
        printed, _ = server.process.communicate(timeout=SECONDS)
    assert printed == "Stopped.\n"


def _exchange(server: ServeProcess, sent: bytes, *, ends: bool = False) -> bytes:
    """Send bytes, then end if told so; return all that the server sends until it closes."""
    received = b""
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        with suppress(ConnectionError):
            connection.sendall(sent)
        if ends:
            connection.shutdown(socket.SHUT_WR)
        while piece := connection.recv(65536):
            received += piece
    return received


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_request_is_refused_once(server: ServeProcess, sent: bytes) -> None:
    received = _exchange(server, sent)

    assert read_statuses(received) == [400]
    assert read_problem(received)["headers"]["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("sent", "statuses"), ANSWERED.values(), ids=ANSWERED.keys())
def test_odd_request_is_answered_once(
    server: ServeProcess, sent: bytes, statuses: list[int]
) -> None:
    started = time.monotonic()

    [status] = read_statuses(_exchange(server, sent))

    assert status in statuses
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(("sent", "statuses"), PIPELINED.values(), ids=PIPELINED.keys())
def test_responses_to_pipelined_requests_keep_their_order(
    server: ServeProcess, sent: bytes, statuses: list[int]
) -> None:
    assert read_statuses(_exchange(server, sent)) == statuses


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (POST + LENGTH + b"\r\n" + TEXT, [200]),
        (_get(b"/health").replace(b"Connection: close\r\n", b""), [200]),
        ((POST + LENGTH + b"\r\n" + TEXT) * 3, [200, 200, 200]),
        (CHUNKED + b"10\r\n" + TEXT + b"\r\n0\r\n\r\n", [200]),
        (POST + LENGTH + b"\r\n" + TEXT[:-1], [400]),
        (b"\0", [400]),
        (b"GET /health HTTP/1.1\r\n", []),
        (b"", []),
    ],
    ids=["post", "get", "three", "chunked", "part-of-body", "malformed", "part-of-head", "nothing"],
)
def test_client_that_shuts_down_its_side_is_answered(
    server: ServeProcess, sent: bytes, statuses: list[int]
) -> None:
    assert read_statuses(_exchange(server, sent, ends=True)) == statuses
