"""The words of ASGI (https://asgi.readthedocs.io/en/latest/specs/www.html)."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response

BODILESS = (204, 304)
"""Statuses whose answers have no body, and no length of one."""

OVER_LIMIT = "is_over_limit"
"""What the state of a connection that is one too many says to its requests."""

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True)
class Answer:
    """A whole answer; header names are in lower case."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def to_answer(response: Response[str]) -> Answer:
    """Take over a response of powertools."""
    headers = [
        (name.lower().encode(), str(value).encode()) for name, value in response.headers.items()
    ]
    return Answer(response.status_code, headers, (response.body or "").encode())


async def collect_answer(app: AsgiApp, scope: Scope, body: bytes) -> Answer:
    """Let an application answer a request whose body has been read."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, end = sent  # powertools sends a body in one piece
    return Answer(start["status"], start["headers"], end["body"])


async def send_answer(send: Send, answer: Answer, more_headers: dict[str, str]) -> None:
    """Send an answer with its length, so that it need not go in chunks."""
    headers = [*answer.headers]
    headers += [(name.lower().encode(), value.encode()) for name, value in more_headers.items()]
    if answer.status not in BODILESS:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    start = {"type": "http.response.start", "status": answer.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": answer.body})
