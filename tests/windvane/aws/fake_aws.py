"""A service on loopback that misbehaves as told: what moto never does."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Asked:
    """One request as it came; ``client`` tells connections apart."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    client: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Exchange:
    """One request, and the connection that its answer is written to."""

    def __init__(
        self, asked: Asked, handler: BaseHTTPRequestHandler, stop: threading.Event
    ) -> None:
        self.asked = asked
        self._handler = handler
        self._stop = stop

    def begin(self, status: int, length: int, headers: Mapping[str, str] | None = None) -> None:
        """Send status and headers, whatever the body will be."""
        phrase = HTTPStatus(status).phrase
        lines = [f"HTTP/1.1 {status} {phrase}", f"content-length: {length}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        self.write("".join(f"{line}\r\n" for line in [*lines, ""]).encode())

    def write(self, sent: bytes) -> None:
        """Send bytes; a caller that is gone does not matter."""
        try:
            self._handler.wfile.write(sent)
        except OSError:
            self._handler.close_connection = True

    def wait(self, seconds: float = 60) -> None:
        """Do nothing for a while, or until the server stops."""
        if self._stop.wait(seconds):
            self._handler.close_connection = True

    def close(self) -> None:
        """Break the connection off."""
        self._handler.close_connection = True

    @property
    def is_open(self) -> bool:
        return not self._handler.close_connection


Act = Callable[[Exchange], None]


class FakeAws:
    """Does one act a request, the last of them again and again, and keeps what it was asked."""

    def __init__(self, *acts: Act) -> None:
        self.asked: list[Asked] = []
        self._acts = acts
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._server = _build_server(self)

    @property
    def host(self) -> str:
        return f"{LOOPBACK}:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def act(self, asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        """Do the next act."""
        with self._lock:
            act = self._acts[min(len(self.asked), len(self._acts) - 1)]
            self.asked.append(asked)
        act(Exchange(asked, handler, self._stop))

    @contextmanager
    def running(self) -> Iterator["FakeAws"]:
        """Serve until the block ends; whoever waits is let go."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _build_server(fake: FakeAws) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            client = self.client_address[1]
            fake.act(Asked(self.command, self.path, headers, body, client), self)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        do_GET = do_POST = _answer  # noqa: N815 - the library's names

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Leave a caller that went away in the middle of a request in peace."""

    return Server((LOOPBACK, 0), Handler)


def answer(body: bytes = b"{}", status: int = 200, headers: Mapping[str, str] | None = None) -> Act:
    """Answer as services do."""

    def act(exchange: Exchange) -> None:
        exchange.begin(status, len(body), headers)
        exchange.write(body)

    return act


def answer_json(value: object, status: int = 200) -> Act:
    """Answer JSON."""
    return answer(json.dumps(value).encode(), status)


def refuse(code: str, status: int = 400) -> Act:
    """Refuse as DynamoDB does."""
    return answer_json({"__type": f"com.amazon.coral.service#{code}", "message": "No."}, status)


def refuse_in_xml(code: str, status: int) -> Act:
    """Refuse as S3 does."""
    body = f'<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>No.</Message></Error>'
    return answer(body.encode(), status, {"content-type": "application/xml"})


def hang(exchange: Exchange) -> None:
    """Read the request and answer nothing."""
    exchange.wait()


def hang_up(exchange: Exchange) -> None:
    """Read the request and close the connection."""
    exchange.close()


def answer_and_hang_up(exchange: Exchange) -> None:
    """Answer well, then close the connection without having said so."""
    answer()(exchange)
    exchange.close()


def stop_after(body: bytes, sent: int, *, pause: float = 0.0) -> Act:
    """Announce a body, send the first bytes of it after a pause, then nothing."""

    def act(exchange: Exchange) -> None:
        exchange.wait(pause)
        exchange.begin(200, len(body))
        exchange.write(body[:sent])
        exchange.wait()

    return act


def cut_after(body: bytes, sent: int, *, status: int = 200) -> Act:
    """Announce a body, send the first bytes of it, and close the connection."""

    def act(exchange: Exchange) -> None:
        exchange.begin(status, len(body))
        exchange.write(body[:sent])
        exchange.close()

    return act


def drip(
    body: bytes, *, status: int = 200, pause: float = 0.02, from_first_byte: bool = False
) -> Act:
    """Send a body, or the headers before it too, byte by byte: no single read waits long."""

    def act(exchange: Exchange) -> None:
        sent = body
        if from_first_byte:
            sent = f"HTTP/1.1 {status} OK\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body
        else:
            exchange.begin(status, len(body))
        for byte in sent:
            exchange.write(bytes([byte]))
            exchange.wait(pause)
            if not exchange.is_open:
                return

    return act


def serve_folder(folder: Path, faults: Mapping[str, Act] | None = None) -> Act:
    """Serve a folder's files as S3 does, whole or by range; a file with a fault gets that."""

    def act(exchange: Exchange) -> None:
        name = exchange.asked.path.rpartition("/")[2]
        if faults and name in faults:
            faults[name](exchange)
            return
        content = (folder / name).read_bytes()
        asked_range = exchange.asked.headers.get("range")
        if asked_range is None:
            answer(content)(exchange)
            return
        start, _, end = asked_range.removeprefix("bytes=").partition("-")
        answer(content[int(start) : int(end) + 1], 206)(exchange)

    return act


@contextmanager
def nobody_accepts() -> Iterator[str]:
    """Give the URL of a port where connecting takes for ever, as its queue is full."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for connection in waiting:
            connection.setblocking(False)
            connection.connect_ex(address)
        try:
            yield f"http://{LOOPBACK}:{address[1]}"
        finally:
            for connection in waiting:
                connection.close()


def find_closed_port() -> str:
    """Give the URL of a port where nobody listens."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        return f"http://{LOOPBACK}:{listener.getsockname()[1]}"
