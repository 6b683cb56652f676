"""Requests in ASGI, and the application to send them to."""

import asyncio
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from threading import Semaphore
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.route import Route
from windvane.api.routing import to_json_response
from windvane.server.access_guard import AccessGuard
from windvane.server.admission import Admission
from windvane.server.asgi import AsgiApp
from windvane.server.asgi_app import LocalApp
from windvane.server.request_reading import BodyReader
from windvane.server.server_metrics import ServerMetrics

JSON_TYPE = (b"content-type", b"application/json")
MEETING_SECONDS = 20


class Connection:
    """One request: gives the body piece by piece and keeps what is sent back.

    The body never ends where it `stalls`. The client is gone after it, or once it says so.
    """

    def __init__(
        self, pieces: Iterable[bytes] = (), *, gone: bool = False, stalls: bool = False
    ) -> None:
        self.given = 0
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.body = b""
        self.is_gone = asyncio.Event()
        self._pieces = iter(pieces)
        self._has_ended = stalls
        if gone:
            self.leave()

    def leave(self) -> None:
        """Close the connection."""
        self.is_gone.set()

    async def receive(self) -> dict[str, Any]:
        for piece in self._pieces:
            self.given += len(piece)
            return {"type": "http.request", "body": piece, "more_body": True}
        if not self._has_ended and not self.is_gone.is_set():
            self._has_ended = True
            return {"type": "http.request"}
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = dict(message["headers"])
        else:
            self.body += message["body"]


class SlowRoute:
    """Answers ``/slow`` once it may, and counts who asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._asked = Semaphore(0)
        self._may_answer = Semaphore(0)

    @property
    def route(self) -> Route:
        return Route("POST", "/slow", self.answer, is_slow=True)

    def answer(self, event: BaseProxyEvent) -> Response[str]:
        self.texts.append(event.body or "")
        self._asked.release()
        if not self._may_answer.acquire(timeout=MEETING_SECONDS):
            raise TimeoutError
        return to_json_response(event.body)

    async def wait_until_asked(self, times: int) -> None:
        """Wait for some more requests to run."""
        for _ in range(times):
            await asyncio.to_thread(self.wait_until_next)

    def wait_until_next(self) -> None:
        """Wait for one more, in this very thread: an event loop in it stands still meanwhile."""
        assert self._asked.acquire(timeout=MEETING_SECONDS)

    def let_answer(self, times: int = 1) -> None:
        """Let some of those that run, or will, answer."""
        self._may_answer.release(times)


def build_app(
    routes: Sequence[Route],
    pool: Executor,
    admission: Admission | None = None,
    reader: BodyReader | None = None,
    guard: AccessGuard | None = None,
) -> LocalApp:
    """Build the application, for one slow request at a time unless ``admission`` says more."""
    admission = admission or Admission(places=1, max_waiting=8)
    metrics = ServerMetrics(admission)
    return LocalApp([*routes, *metrics.routes], pool, metrics, reader, guard)


def build_scope(path: str = "/sentiment", method: str = "") -> dict[str, Any]:
    """Build a scope; a path that is not a text's is asked with GET."""
    is_post = path in {"/sentiment", "/slow"}
    return {
        "type": "http",
        "method": method or ("POST" if is_post else "GET"),
        "path": path,
        "query_string": b"",
        "headers": [JSON_TYPE],
    }


async def call(app: AsgiApp, scope: dict[str, Any], connection: Connection) -> Connection:
    """Send one request."""
    await app(scope, connection.receive, connection.send)
    return connection


def request(
    app: AsgiApp,
    connection: Connection,
    *,
    path: str = "/sentiment",
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (JSON_TYPE,),
) -> Connection:
    """Send one request in a loop of its own."""
    scope = {**build_scope(path), "query_string": query, "headers": list(headers)}
    return asyncio.run(call(app, scope, connection))
