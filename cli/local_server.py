"""uvicorn around the ASGI application: listen, load the model, serve until a signal comes."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import uvicorn

from cli.asgi_app import build_asgi_app
from functions.bundle_store import open_bundle
from functions.classify_api.api import build_routes
from functions.classify_api.problems import ModelNotReadyError
from functions.inference.classifier import Classifier
from functions.result_log.recorder import open_recorder
from functions.settings import Settings

SHUTDOWN_SECONDS = 5
"""How long running requests may take to finish once the server is told to stop."""


def run_server(
    settings: Settings, listener: socket.socket, announce: Callable[[Classifier], None]
) -> None:
    """Serve until SIGINT or SIGTERM; requests that come before the model is loaded get a 503.

    Args:
        settings: As many requests run at once as it has threads.
        listener: A socket that listens.
        announce: Called once the model can answer.

    Raises:
        BundleError: The bundle cannot be used.
    """
    # uvicorn raises the signal that stopped it once more, and SIGTERM ends as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ThreadPoolExecutor(settings.threads, thread_name_prefix="request") as pool:
        loading = pool.submit(_load_classifier, settings)
        server = _build_server(settings, pool, loading)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            try:
                runner.run(_serve(server, listener, loading, announce))
            except KeyboardInterrupt:
                return


def _load_classifier(settings: Settings) -> Classifier:
    return Classifier(open_bundle(settings.bundle_uri), threads=settings.threads)


def _build_server(
    settings: Settings, pool: ThreadPoolExecutor, loading: Future[Classifier]
) -> uvicorn.Server:
    def get_classifier() -> Classifier:
        if not loading.done():
            raise ModelNotReadyError
        return loading.result()

    recorder = open_recorder(settings, os.environ)
    config = uvicorn.Config(
        build_asgi_app(build_routes(get_classifier, settings, recorder), pool),
        access_log=False,
        lifespan="off",
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ws="none",
    )
    return uvicorn.Server(config)


async def _serve(
    server: uvicorn.Server,
    listener: socket.socket,
    loading: Future[Classifier],
    announce: Callable[[Classifier], None],
) -> None:
    serving = asyncio.create_task(server.serve([listener]))
    loaded = asyncio.wrap_future(loading)
    await asyncio.wait([loaded])
    if loaded.exception() is None:
        announce(loaded.result())
    else:
        server.should_exit = True
    await serving
    loaded.result()
