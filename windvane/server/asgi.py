"""Types and responses of ASGI (https://asgi.readthedocs.io/en/latest/specs/www.html)."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

BODILESS_STATUSES = (204, 304)
"""Statuses whose responses have neither a body nor a content-length."""

REFUSAL = "refusal"
"""Key of the ASGI state of a request that its connection refuses: the `ProblemError`. It can be set
until the body has been read."""

BODY_SHARE = "body_share"
"""Key of the ASGI state of a request: the `BodyShare`."""

PIECE_BYTES = 64 * 1024
"""Responses are sent in pieces of this size, each when the connection has taken the one before."""

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class AsgiResponse:
    """A complete response; header names are in lower case."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def is_shared(self) -> bool:
        """Whether every client is sent the same body: a static one."""
        return any(name == b"etag" for name, _ in self.headers)


def to_asgi_response(response: Response[str]) -> AsgiResponse:
    """Convert a response of powertools."""
    headers = [
        (name.lower().encode(), str(value).encode()) for name, value in response.headers.items()
    ]
    return AsgiResponse(response.status_code, headers, (response.body or "").encode())


async def collect_response(app: AsgiApp, scope: Scope, body: bytes) -> AsgiResponse:
    """Call an application with a body that has been read, and collect its response."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, end = sent  # powertools sends a body in one piece
    return AsgiResponse(start["status"], start["headers"], end["body"])


async def send_response(send: Send, response: AsgiResponse, more_headers: dict[str, str]) -> None:
    """Send a response with a content-length, so that it is not chunked."""
    headers = [*response.headers]
    headers += [(name.lower().encode(), value.encode()) for name, value in more_headers.items()]
    if response.status not in BODILESS_STATUSES:
        headers.append((b"content-length", str(len(response.body)).encode()))
    start = {"type": "http.response.start", "status": response.status, "headers": headers}
    await send(start)
    for begin in range(0, len(response.body) or 1, PIECE_BYTES):
        end = begin + PIECE_BYTES
        is_last = end >= len(response.body)
        body = response.body[begin:end]
        await send({"type": "http.response.body", "body": body, "more_body": not is_last})
