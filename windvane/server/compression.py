"""Compresses static responses, such as the page and the documentation."""

import asyncio
import gzip
from collections.abc import Mapping

from windvane.server.asgi import AsgiResponse, Scope

LEAST_BYTES = 1024
MAX_KEPT = 64
"""Bodies that are kept compressed; there are about 15, until the page's version changes."""

NEVER = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})


class Compressor:
    """Compresses responses that have an ETag, each once.

    Other responses have the texts of a caller in them, and are made for one request.
    """

    def __init__(self) -> None:
        self._kept: dict[bytes, bytes] = {}

    async def compress(self, scope: Scope, response: AsgiResponse) -> AsgiResponse:
        """Compress a response, if its client reads gzip."""
        headers = dict(response.headers)
        etag = headers.get(b"etag")
        if etag is None or len(response.body) < LEAST_BYTES or not accepts_gzip(scope):
            return response
        if etag not in self._kept:
            if len(self._kept) == MAX_KEPT:
                self._kept.clear()
            # Milliseconds for the largest: other requests go on.
            self._kept[etag] = await asyncio.to_thread(gzip.compress, response.body, 6, mtime=0)
        encoding = (b"content-encoding", b"gzip")
        return AsgiResponse(response.status, [*response.headers, encoding], self._kept[etag])


def accepts_gzip(scope: Scope) -> bool:
    """Tell whether a client names gzip in Accept-Encoding, with a weight other than 0."""
    fields = [value for name, value in scope["headers"] if name == b"accept-encoding"]
    weights = _read_weights(b",".join(fields).decode("latin-1"))
    return weights.get("gzip", "q=0") not in NEVER


def _read_weights(value: str) -> Mapping[str, str]:
    codings = (part.partition(";") for part in value.lower().replace(" ", "").split(","))
    return {name: weight for name, _, weight in codings}
