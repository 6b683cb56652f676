"""Answers read from a socket, with the standard library's client as the measure."""

import http.client
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windvane.aws.http_connection import HttpConnection
from windvane.aws.http_response import MAX_HEADERS, HttpError, HttpResponse

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@contextmanager
def _sent(answer: bytes) -> Iterator[socket.socket]:
    """A socket over which an answer has come, and then the end."""
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(answer)
        yield ours


def _read(answer: bytes) -> tuple[int, bytes]:
    with _sent(answer) as sock, HttpResponse(sock) as response:
        response.begin()
        return response.status, response.read()


def _read_as_the_standard_library(answer: bytes) -> tuple[int, bytes]:
    with _sent(answer) as sock, http.client.HTTPResponse(sock) as response:
        response.begin()
        return response.status, response.read()


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Content-Length: 5\r\n\r\nhello",
        OK + b"content-length:5\r\nConnection: close\r\n\r\nhello",
        OK + b"Content-Length: 0\r\n\r\n",
        OK + b"\r\nuntil the end",
        b"HTTP/1.0 200 OK\r\n\r\nold",
        CHUNKED + b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n",
        CHUNKED + b"A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n",
        CHUNKED + b"0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 404 \r\nContent-Length: 2\r\n\r\nno",
    ],
)
def test_response_is_what_the_standard_library_reads(answer: bytes) -> None:
    assert _read(answer) == _read_as_the_standard_library(answer)


@given(pieces=st.lists(st.binary(min_size=1, max_size=70), max_size=9))
def test_response_joins_any_chunks(pieces: list[bytes]) -> None:
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)

    assert _read(CHUNKED + chunks + b"0\r\n\r\n") == (200, b"".join(pieces))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 +20 OK\r\n\r\n",
        OK,
        OK + b"no colon\r\n\r\n",
        OK + b"a: b\r\n" * MAX_HEADERS + b"c: d\r\n",
        OK + b"".join(b"a%d: b\r\n" % i for i in range(MAX_HEADERS + 1)) + b"\r\n",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Content-Length: 5\r\n\r\nhell",
        CHUNKED + b"5\r\nhell",
        CHUNKED + b"5\r\nhello!\r\n0\r\n\r\n",
        CHUNKED + b"five\r\nhello\r\n",
        CHUNKED + b"5\r\nhello\r\n",
    ],
)
def test_response_that_is_none_or_not_whole_is_an_error(answer: bytes) -> None:
    with pytest.raises(HttpError):
        _read(answer)


def test_response_reads_no_more_than_it_is_asked_for() -> None:
    with _sent(OK + b"Content-Length: 5\r\n\r\nhello") as sock, HttpResponse(sock) as response:
        response.begin()

        assert response.read(2) == b"he"
        assert (response.length, response.is_read) == (3, False)
        assert response.read() == b"llo"
        assert (response.length, response.is_read) == (0, True)


@pytest.mark.parametrize(
    ("answer", "followed"),
    [
        (OK + b"Content-Length: 2\r\n\r\nhi", True),
        (CHUNKED + b"2\r\nhi\r\n0\r\n\r\n", True),
        (OK + b"Content-Length: 2\r\nConnection: Close\r\n\r\nhi", False),
        (OK + b"\r\nhi", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", False),
    ],
    ids=["length", "chunks", "close", "until-the-end", "http-1.0"],
)
def test_response_says_whether_another_may_follow(answer: bytes, followed: bool) -> None:
    with _sent(answer) as sock, HttpResponse(sock) as response:
        response.begin()
        assert not response.may_be_followed

        response.read()

        assert response.may_be_followed is followed
        assert (sock.fileno() >= 0) is followed  # what cannot be used again is closed at once


def test_response_that_was_closed_is_not_read_on() -> None:
    with _sent(OK + b"Content-Length: 5\r\n\r\nhello") as sock:
        response = HttpResponse(sock)
        response.begin()
        response.close()

        with pytest.raises(HttpError, match="closed"):
            response.read()


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}"])
def test_connection_sends_what_a_server_reads(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        place = host.format(port=listener.getsockname()[1])
        received = pool.submit(_serve_once, listener)
        connection = HttpConnection(place, timeout=5)

        answer = connection.send("POST", "/a?b", {"x-a": "1"}, b"{}").read()

        connection.close()
        head, _, body = received.result().partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert answer == b"yes"
        assert lines == ["POST /a?b HTTP/1.1", f"host: {place}", "x-a: 1", "content-length: 2"]
        assert body == b"{}"


def _serve_once(listener: socket.socket) -> bytes:
    server, _ = listener.accept()
    with server:
        received = b""
        while not received.endswith(b"{}"):
            received += server.recv(4096)
        server.sendall(OK + b"Content-Length: 3\r\n\r\nyes")
        return received
