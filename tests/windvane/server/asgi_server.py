"""An ASGI application served by uvicorn in the loop of a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar

import uvicorn

from windvane.server.asgi import AsgiApp
from windvane.server.conforming_protocol import ConformingProtocol
from windvane.server.connections import BoundedProtocol
from windvane.server.tls import load_tls_context


class OpenProtocol(BoundedProtocol):
    """Tells which connections of its class are open."""

    open: ClassVar[set["OpenProtocol"]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.open = set()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.open.discard(self)


@asynccontextmanager
async def serve_app(
    app: AsgiApp, protocol: type[BoundedProtocol] = ConformingProtocol, tls: str | None = None
) -> AsyncIterator[int]:
    """Serve on a free port of loopback until the block ends; gives the port.

    Over TLS if there is a file of a certificate and its key.
    """
    config = uvicorn.Config(
        app, http=protocol, lifespan="off", log_config=None, port=0, timeout_graceful_shutdown=1
    )
    config.load()
    config.ssl = load_tls_context(tls, tls) if tls else None
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        await server.shutdown()
