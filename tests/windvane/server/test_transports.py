"""What one cycle of request and response writes to its connection."""

import asyncio

import httpx
import pytest

from tests.windvane.server.asgi_server import serve_app
from windvane.server.asgi import AsgiResponse, Receive, Scope, Send, send_response
from windvane.server.connections import BoundedProtocol
from windvane.server.transports import CycleTransport

HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class FakeTransport(asyncio.Transport):
    """Keeps what is written to it, and whether it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def connection() -> FakeTransport:
    return FakeTransport()


def _wrap(connection: FakeTransport, *, has_body: bool = True) -> CycleTransport:
    return CycleTransport(connection, connection.close, has_body=has_body)


def test_head_is_written_with_the_first_part_of_the_body(connection: FakeTransport) -> None:
    transport = _wrap(connection)

    for data in (HEAD, b"first", bytearray(b"HTTP/1.1 second")):
        transport.write(data)

    assert connection.written == [HEAD + b"first", b"HTTP/1.1 second"]


def test_head_is_written_with_an_empty_body(connection: FakeTransport) -> None:
    transport = _wrap(connection)

    transport.write(HEAD)
    transport.write(b"")

    assert connection.written == [HEAD]


def test_head_without_a_body_is_written_at_once(connection: FakeTransport) -> None:
    _wrap(connection, has_body=False).write(HEAD)

    assert connection.written == [HEAD]


def test_continue_is_written_at_once(connection: FakeTransport) -> None:
    transport = _wrap(connection)

    transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    transport.write(HEAD)
    transport.write(b"body")

    assert connection.written == [b"HTTP/1.1 100 Continue\r\n\r\n", HEAD + b"body"]


def test_head_is_written_before_the_connection_is_closed(connection: FakeTransport) -> None:
    transport = _wrap(connection)
    transport.write(HEAD)

    transport.close()

    assert connection.written == [HEAD]
    assert connection.is_closed


class CountingProtocol(BoundedProtocol):
    """Counts what is written to the sockets of all its connections."""

    writes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(_CountingTransport(transport))


class _CountingTransport(asyncio.Transport):
    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__()
        self._transport = transport

    def __getattribute__(self, name: str) -> object:
        if name == "write":
            CountingProtocol.writes += 1
        if name in {"_transport", "__class__"}:
            return super().__getattribute__(name)
        return getattr(self._transport, name)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.parametrize("body", [b"", b"short", b"x" * 200_000], ids=["empty", "short", "long"])
def test_each_response_is_complete_and_a_short_one_a_single_write(
    monkeypatch: pytest.MonkeyPatch, method: str, body: bytes
) -> None:
    monkeypatch.setattr(CountingProtocol, "writes", 0)

    async def app(_: Scope, __: Receive, send: Send) -> None:
        await send_response(send, AsgiResponse(200, [], body), [])

    async def ask() -> list[httpx.Response]:
        async with serve_app(app, CountingProtocol) as port, httpx.AsyncClient() as client:
            return [await client.request(method, f"http://127.0.0.1:{port}/") for _ in range(2)]

    responses = asyncio.run(ask())

    assert [response.status_code for response in responses] == [200, 200]
    assert [response.content for response in responses] == [b"" if method == "HEAD" else body] * 2
    if len(body) < 10 or method == "HEAD":
        assert CountingProtocol.writes == 2
