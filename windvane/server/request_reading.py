"""Reads requests with limits on size, encoding and time."""

import asyncio
from itertools import chain

from windvane.api.problems import (
    BodyTimeoutError,
    MalformedRequestError,
    ProblemError,
)
from windvane.api.request_body import body_too_large, decode_utf8
from windvane.facts import MAX_BODY_BYTES
from windvane.server.asgi import REFUSAL, Receive, Scope
from windvane.server.body_budget import BodyShare

MAX_DRAINED_BYTES = 64 * 1024 * 1024
"""This much of a refused body is read and dropped, so that the client gets the response instead of
a connection reset."""

BODY_SECONDS = 20.0
"""Time limit for a body, from the end of the headers."""


class ClientGoneError(Exception):
    """The client closed the connection before the response."""


def check_scope(scope: Scope) -> None:
    """Check the parts of a request that powertools decodes as UTF-8.

    Raises:
        MalformedRequestError: The query or a header is not UTF-8.
        ProblemError: The connection refuses the request.
    """
    check_refusal(scope)
    if not _is_utf8(scope["query_string"]):
        raise MalformedRequestError("query", "UTF-8")
    # No sequence of bytes goes on behind a line feed.
    if not _is_utf8(b"\n".join(chain.from_iterable(scope["headers"]))):
        raise MalformedRequestError("headers", "UTF-8")


def check_refusal(scope: Scope) -> None:
    """Check whether the connection refuses the request, or the rest of its body.

    Raises:
        ProblemError: It does.
    """
    refusal: ProblemError | None = scope.get("state", {}).get(REFUSAL)
    if refusal:
        raise close_after(refusal)


class BodyReader:
    """Reads bodies of up to `MAX_BODY_BYTES`."""

    def __init__(self, seconds: float = BODY_SECONDS) -> None:
        """Set the time limit for a body."""
        self._seconds = seconds

    async def read(self, scope: Scope, receive: Receive) -> bytes:
        """Read a body.

        Raises:
            BodyTooLargeError: The body is over the limit.
            BodyTimeoutError: It exceeds the time limit.
            ClientGoneError: The client disconnected.
            ContentTypeError: The body is compressed by gzip.
            MalformedBodyError: The body is not UTF-8.
            ProblemError: The connection refuses the body.
        """
        headers = dict(scope["headers"])
        content_length = int(headers.get(b"content-length", 0))
        if content_length > MAX_BODY_BYTES and b"expect" in headers:
            raise close_after(body_too_large())  # the client waits for 100 Continue
        pieces: list[bytes] = []
        try:
            # What has arrived needs no time limit, which costs more than the reading.
            has_arrived = 0 < content_length <= BodyShare.of(scope).arrived_bytes
            receive_all = _receive_all if has_arrived else self._receive_in_time
            if await receive_all(scope, receive, pieces) > MAX_BODY_BYTES:
                raise close_after(body_too_large())
            body = b"".join(pieces)
            decode_utf8(body)
            return body
        finally:
            pieces.clear()  # the traceback of an error would keep them

    async def refuse(self, scope: Scope, receive: Receive, error: ProblemError) -> ProblemError:
        """Read and drop the body of a request that is refused.

        Returns:
            The error to respond with.

        Raises:
            BodyTimeoutError: The body exceeds the time limit.
            ClientGoneError: The client disconnected.
        """
        if b"expect" in dict(scope["headers"]):
            return close_after(error)
        size = await self._receive_in_time(scope, receive, None)
        return close_after(error) if size > MAX_DRAINED_BYTES else error

    async def _receive_in_time(
        self, scope: Scope, receive: Receive, pieces: list[bytes] | None
    ) -> int:
        try:
            async with asyncio.timeout(self._seconds):
                return await _receive_all(scope, receive, pieces)
        except TimeoutError as error:
            slow = BodyTimeoutError("body", f"sent within {self._seconds:g} seconds")
            raise close_after(slow) from error


async def _receive_all(scope: Scope, receive: Receive, pieces: list[bytes] | None) -> int:
    """Receive into ``pieces``, or drop if that is None; return the size."""
    share = BodyShare.of(scope)
    size = 0
    more = True
    while more and size <= MAX_DRAINED_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        check_refusal(scope)
        piece = message.get("body", b"")
        size += len(piece)
        if pieces is not None and size <= MAX_BODY_BYTES:
            pieces.append(piece)
        else:
            share.drop()
        more = message.get("more_body", False)
    return size


def close_after(error: ProblemError) -> ProblemError:
    """Close the connection after an error's response, since the rest of the body is unread."""
    error.headers["Connection"] = "close"
    return error


def _is_utf8(encoded: bytes) -> bool:
    try:
        encoded.decode()
    except UnicodeDecodeError:
        return False
    return True
