"""The routes on this machine: powertools' ASGI resolver, guarded from what a socket may bring."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from concurrent.futures import Executor
from functools import partial, wraps
from typing import Any

from aws_lambda_powertools.event_handler import HttpResolverLocal, Response

from functions.classify_api.problems import (
    MalformedBodyError,
    MalformedRequestError,
    ProblemError,
    to_unexpected_response,
)
from functions.classify_api.request_body import MAX_BODY_BYTES, body_too_large
from functions.classify_api.routing import (
    TRAILING_SLASHES,
    Handler,
    Route,
    answer_error,
    build_router,
)
from functions.observability import logger

MAX_DRAINED_BYTES = 64 * 1024 * 1024
"""Of a body that is too large this much is read and dropped, so that the caller sees the 413
rather than a broken connection."""

NO_CONTENT = 204

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


def build_asgi_app(routes: Sequence[Route], pool: Executor) -> AsgiApp:
    """Build the ASGI application.

    Args:
        routes: What answers.
        pool: Runs the slow routes, as many requests at once as it has threads.
    """
    resolver = HttpResolverLocal(debug=False, strip_prefixes=[TRAILING_SLASHES])
    resolver.include_router(build_router(routes, lambda handler: _run_in(pool, handler)))
    resolver.exception_handler(Exception)(_answer_unexpected)
    return guard(resolver, routes)


def guard(app: AsgiApp, routes: Sequence[Route]) -> AsgiApp:
    """Let only requests through that are UTF-8 and within the size limit."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        send = _announce_length(send)
        try:
            check_scope(scope)
            body = await read_body(scope, receive)
        except ProblemError as error:
            await _send_response(send, answer_error(routes, scope["path"], error))
            return
        if body is not None:
            await app(scope, _replay(body), send)

    return guarded


def check_scope(scope: Scope) -> None:
    """Check what powertools decodes as UTF-8.

    Raises:
        MalformedRequestError: The query or a header is not UTF-8.
    """
    if not _is_utf8(scope["query_string"]):
        raise MalformedRequestError("query", "UTF-8")
    if not all(_is_utf8(name) and _is_utf8(value) for name, value in scope["headers"]):
        raise MalformedRequestError("headers", "UTF-8")


async def read_body(scope: Scope, receive: Receive) -> bytes | None:
    """Read the body, never keeping more than `MAX_BODY_BYTES`.

    Returns:
        The body, or nothing if the client went away.

    Raises:
        BodyTooLargeError: It is over the limit.
        MalformedBodyError: It is not UTF-8.
    """
    headers = dict(scope["headers"])
    announced = int(headers.get(b"content-length", 0))
    if announced > MAX_BODY_BYTES and b"expect" in headers:
        raise _close_after(body_too_large())  # the client waits for leave to send it
    body = bytearray()
    size = 0
    more = True
    while more and size <= MAX_DRAINED_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        size += len(message.get("body", b""))
        if size <= MAX_BODY_BYTES:
            body += message.get("body", b"")
        more = message.get("more_body", False)
    if size > MAX_BODY_BYTES:
        raise _close_after(body_too_large())
    if not _is_utf8(body):
        raise MalformedBodyError("body", "JSON in UTF-8")
    return bytes(body)


def _close_after(error: ProblemError) -> ProblemError:
    error.headers["Connection"] = "close"
    return error


def _is_utf8(encoded: bytes | bytearray) -> bool:
    try:
        encoded.decode()
    except UnicodeDecodeError:
        return False
    return True


def _announce_length(send: Send) -> Send:
    """Add Content-Length, which powertools leaves out, so that answers need not go in chunks."""
    held: list[MutableMapping[str, Any]] = []

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start" and message["status"] != NO_CONTENT:
            held.append(message)
            return
        if held:
            start = held.pop()
            length = str(len(message["body"])).encode()
            await send({**start, "headers": [*start["headers"], (b"content-length", length)]})
        await send(message)

    return sending


def _replay(body: bytes) -> Receive:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _run_in(pool: Executor, handler: Handler) -> Handler:
    @wraps(handler)
    async def run(**of_path: str) -> Response[str]:
        # The resolver keeps the request in a context variable.
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, partial(context.run, handler, **of_path))

    return run


def _answer_unexpected(error: Exception) -> Response[str]:
    logger.error("unexpected error", exc_info=error)
    return to_unexpected_response()


async def _send_response(send: Send, response: Response[str]) -> None:
    headers = [
        (name.lower().encode(), str(value).encode()) for name, value in response.headers.items()
    ]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": (response.body or "").encode()})
