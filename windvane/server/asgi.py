"""Types and responses of ASGI (https://asgi.readthedocs.io/en/latest/specs/www.html)."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
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
Headers = list[tuple[bytes, bytes]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class AsgiResponse:
    """A complete response; header names are in lower case."""

    status: int
    headers: Headers
    body: bytes

    @property
    def is_shared(self) -> bool:
        """Whether every client is sent the same body: a static one."""
        return any(name == b"etag" for name, _ in self.headers)


def to_asgi_response(response: Response[str]) -> AsgiResponse:
    """Convert a response of powertools."""
    headers = encode_headers({name: str(value) for name, value in response.headers.items()})
    return AsgiResponse(response.status_code, headers, (response.body or "").encode())


async def send_response(send: Send, response: AsgiResponse, more_headers: Headers) -> None:
    """Send a response with a content-length, so that it is not chunked."""
    headers = [*response.headers, *more_headers]
    size = len(response.body)
    if response.status not in BODILESS_STATUSES:
        headers.append((b"content-length", b"%d" % size))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    for begin in range(0, size or 1, PIECE_BYTES):
        end = begin + PIECE_BYTES
        body = response.body[begin:end]
        await send({"type": "http.response.body", "body": body, "more_body": end < size})


def encode_headers(headers: Mapping[str, str]) -> Headers:
    """Write headers as ASGI has them: names in lower case, all in bytes."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
