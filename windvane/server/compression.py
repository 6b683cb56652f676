"""Compresses and shares static responses, such as the page and the documentation."""

import asyncio
import gzip
from collections.abc import Mapping

from windvane.server.asgi import AsgiResponse, Scope

LEAST_BYTES = 1024
MAX_KEPT = 64
"""Bodies that are kept; there are about 15, plain and compressed, until the page's version
changes."""

NEVER = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})


class Compressor:
    """Compresses responses that have an ETag, each once.

    Every client is sent the same object: those that read slowly do not each hold a copy. Other
    responses have the texts of a caller in them, and are made for one request.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[bytes, bool], bytes] = {}

    async def compress(self, scope: Scope, response: AsgiResponse) -> AsgiResponse:
        """Compress a response, if its client reads gzip."""
        etag = dict(response.headers).get(b"etag")
        if etag is None or len(response.body) < LEAST_BYTES:
            return response
        compressed = accepts_gzip(scope)
        if (etag, compressed) not in self._kept:
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            # Milliseconds for the largest: other requests go on.
            body = response.body
            self._kept[etag, compressed] = (
                await asyncio.to_thread(gzip.compress, body, 6, mtime=0) if compressed else body
            )
        encoding = [(b"content-encoding", b"gzip")] if compressed else []
        headers = [*response.headers, *encoding]
        return AsgiResponse(response.status, headers, self._kept[etag, compressed])


def accepts_gzip(scope: Scope) -> bool:
    """Tell whether a client names gzip in Accept-Encoding, with a weight other than 0."""
    fields = [value for name, value in scope["headers"] if name == b"accept-encoding"]
    weights = _read_weights(b",".join(fields).decode("latin-1"))
    return weights.get("gzip", "q=0") not in NEVER


def _read_weights(value: str) -> Mapping[str, str]:
    codings = (part.partition(";") for part in value.lower().replace(" ", "").split(","))
    return {name: weight for name, _, weight in codings}
