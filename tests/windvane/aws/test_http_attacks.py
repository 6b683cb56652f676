"""Answers that a broken or hostile service sends; one error type, whatever comes."""

import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, target
from hypothesis import strategies as st

from windvane.aws import host_lookup, http_response
from windvane.aws.endpoints import find_bucket, find_dynamodb
from windvane.aws.errors import AwsSetupError
from windvane.aws.http_connection import HttpConnection
from windvane.aws.http_response import HttpError, HttpResponse
from windvane.aws.json_response import read_json_object

OK = b"HTTP/1.1 200 OK\r\n"
HI = OK + b"Content-Length: 2\r\n\r\nhi"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
IRELAND = {"AWS_REGION": "eu-west-1"}
PIECES = [
    *(OK, b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.0 200 OK\r\n", b"\r\n", b"\n", b"\r", b" "),
    *(b"Content-Length: 2\r\n", b"Content-Length: +2\r\n", b"Content-Length: " + b"9" * 5000),
    *(b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"a: b\r\n", b": b\r\n"),
    *(b"2\r\nhi\r\n", b"0\r\n\r\n", b"0x2\r\n", b"ffffffff\r\n", b"2;a=b\r\n", b"hi"),
]
ANSWERS = st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=9).map(b"".join)


def _read(answer: bytes) -> bytes:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(answer)
        with HttpResponse(ours) as response:
            response.begin()
            return response.read()


@pytest.mark.parametrize(
    "answer",
    [
        *(
            CHUNKED + size + b"\r\nhi\r\n0\r\n\r\n"
            for size in (b"0x2", b"0_2", b"+2", b" 2", b"2 ")
        ),
        CHUNKED + b"000000002\r\nhi\r\n0\r\n\r\n",
        CHUNKED + b"2;" + b"a" * 2000 + b"\r\nhi\r\n0\r\n\r\n",
        CHUNKED + b"2\nhi\n0\n\n",
        OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
        OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi!",
        OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        OK + b"Content-Length : 2\r\n\r\nhi",
        OK + b"a: b\r\n folded\r\nContent-Length: 2\r\n\r\nhi",
        OK + b"a: \x00\r\nContent-Length: 2\r\n\r\nhi",
        OK + b"".join(b"a%d: %s\r\n" % (i, b"x" * 1000) for i in range(70)) + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 4000 + OK + b"Content-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\n\r\n",
        b"HTTP/1.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    ],
)
def test_response_outside_the_grammar_is_an_error(answer: bytes) -> None:
    with pytest.raises(HttpError):
        _read(answer)


def test_any_bytes_are_an_answer_or_one_error() -> None:
    """Hypothesis climbs towards answers that run more lines of the client."""

    @settings(max_examples=1500, deadline=None, suppress_health_check=list(HealthCheck))
    @given(ANSWERS)
    def check(answer: bytes) -> None:
        lines: set[int] = set()

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            if frame.f_code.co_filename != http_response.__file__:
                return None
            if event == "line":
                lines.add(frame.f_lineno)
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            _read(answer)
        except HttpError:
            pass
        finally:
            sys.settrace(before)
        target(float(len(lines)))

    check()


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"a": %s}' % (b"9" * 5000),
        b'{"a": NaN}',
        b"[]",
        b"\xff",
    ],
    ids=["list", "object", "number", "nan", "no-object", "not-utf8"],
)
def test_json_that_is_not_an_answer_is_an_error(content: bytes) -> None:
    with pytest.raises(HttpError):
        read_json_object(content)


@pytest.mark.parametrize(
    "more", [b"", OK + b"Content-Length: 4\r\n\r\nevil"], ids=["later", "at-once"]
)
def test_connection_with_an_unasked_answer_is_dropped(more: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        connection = HttpConnection(f"127.0.0.1:{listener.getsockname()[1]}", timeout=2)
        accepting = pool.submit(_accept_and_send, listener, HI + more)
        assert connection.send("GET", "/", {}, b"").read() == b"hi"
        with accepting.result() as peer:
            assert connection.is_alive is not bool(more)
            peer.sendall(OK)
            time.sleep(0.05)
            assert not connection.is_alive
        connection.close()


def _accept_and_send(listener: socket.socket, sent: bytes) -> socket.socket:
    peer, _ = listener.accept()
    peer.recv(4096)
    peer.sendall(sent)
    return peer


def _hang(*_: object, **__: object) -> list[object]:
    time.sleep(1)
    return []


def test_hanging_lookup_keeps_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("windvane.aws.host_lookup.socket.getaddrinfo", _hang)
    started = time.monotonic()

    with pytest.raises(TimeoutError):
        host_lookup.look_up("aws.example", 443, 0.1)

    assert time.monotonic() - started < 0.5


def test_fips_endpoints_and_ca_bundle_are_honoured() -> None:
    environ = {**IRELAND, "AWS_USE_FIPS_ENDPOINT": "true", "AWS_CA_BUNDLE": "/roots.pem"}

    found = find_bucket("models", environ)

    assert (found.host, found.ca_bundle) == (
        "models.s3-fips.eu-west-1.amazonaws.com",
        "/roots.pem",
    )
    assert find_dynamodb(environ).host == "dynamodb-fips.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "socks5://xyzzy"),
        ("HTTPS_PROXY", "http://xyzzy:port"),
        ("AWS_USE_DUALSTACK_ENDPOINT", "true"),
        ("AWS_USE_FIPS_ENDPOINT", "xyzzy"),
        ("AWS_REGION", "xyzzy.example/"),
    ],
)
def test_variables_that_cannot_be_honoured_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(AwsSetupError, match=name) as caught:
        find_dynamodb({**IRELAND, name: value})

    assert "xyzzy" not in str(caught.value)


def test_proxy_is_no_matter_for_hosts_in_no_proxy() -> None:
    environ = {**IRELAND, "HTTPS_PROXY": "http://proxy", "NO_PROXY": ".amazonaws.com"}

    assert find_dynamodb(environ).proxy is None
