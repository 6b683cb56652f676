"""Runs the ASGI application with uvicorn: loads the model and serves until a signal."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import uvicorn

from windvane.api.problems import ModelNotReadyError
from windvane.api.routes import build_routes
from windvane.inference.classifier import Classifier
from windvane.inference.manifest import Manifest
from windvane.model_opening import ModelOpening
from windvane.observability import logger
from windvane.result_log.recorder import open_recorder
from windvane.server.access_guard import AccessGuard
from windvane.server.admission import Admission
from windvane.server.asgi import AsgiApp
from windvane.server.asgi_app import LocalApp
from windvane.server.claim_renewal import ClaimRenewal
from windvane.server.conforming_protocol import ConformingProtocol
from windvane.server.process_end import SHUTDOWN_SECONDS
from windvane.server.worker_place import WorkerPlace
from windvane.settings import Settings


def run_server(
    settings: Settings,
    listener: socket.socket,
    announce: Callable[[Manifest], None],
    opening: ModelOpening,
    place: WorkerPlace | None,
) -> None:
    """Serve until SIGINT or SIGTERM; requests get a 503 until the model is loaded.

    A worker begins to serve when it has loaded the model, and requests wait.

    Threads may still run when this returns: those of requests that exceeded `SHUTDOWN_SECONDS`.

    Args:
        settings: Settings; ``threads`` is the number of requests that run at once.
        listener: A listening socket.
        announce: Called when the model is loaded.
        opening: Loads the model.
        place: Of this process among the workers; None if it is the only one.

    Raises:
        BundleError: The bundle cannot be used.
        KeyboardInterrupt: SIGINT or SIGTERM came.
        TlsFileError: Certificate or key cannot be used.
    """
    with ExitStack() as stack:
        pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="request")
        # A model that runs or loads cannot be interrupted.
        stack.callback(opening.cancel)
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        app = _build_app(settings, pool, opening.classifier, place)
        server = _build_server(settings, app)
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            if place is not None:  # connections wait meanwhile
                opening.classifier.result()
            # uvicorn raises the signal that stopped it again: SIGTERM then is like Ctrl-C, for a
            # worker too, which until here ends at once.
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            runner.run(_serve(server, listener, opening, announce))


def _build_server(settings: Settings, app: AsgiApp) -> uvicorn.Server:
    logger.setLevel(settings.log_level.upper())
    config = uvicorn.Config(
        app,
        access_log=False,
        http=ConformingProtocol,
        lifespan="off",
        # uvicorn's lines are plain text, and hardly more than this: all others are ours.
        log_level="debug" if settings.log_level == "debug" else "error",
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        proxy_headers=bool(settings.forwarded_allow_ips),
        forwarded_allow_ips=list(settings.forwarded_allow_ips),
        ws="none",
    )
    config.load()
    if settings.tls_cert:
        # Imported late, as below: most servers do without.
        from windvane.server.tls import load_tls_context

        config.ssl = load_tls_context(settings.tls_cert, settings.tls_key)
    return uvicorn.Server(config)


def _build_app(
    settings: Settings,
    pool: ThreadPoolExecutor,
    loading: Future[Classifier],
    place: WorkerPlace | None,
) -> AsgiApp:
    # Imported while the model loads.
    from windvane.server.server_metrics import ServerMetrics

    def get_classifier() -> Classifier:
        if not loading.done() or loading.cancelled():
            raise ModelNotReadyError
        return loading.result()

    def set_model(loaded: Future[Classifier]) -> None:
        if not loaded.cancelled() and loaded.exception() is None:
            metrics.set_model(loaded.result().manifest)

    admission = Admission(places=settings.threads, max_waiting=settings.max_waiting_requests)
    metrics = ServerMetrics(admission, place)
    loading.add_done_callback(set_model)
    recorder = open_recorder(settings, os.environ)
    routes = build_routes(get_classifier, settings, recorder, metrics.count_predictions)
    all_routes = [*routes, *metrics.routes]
    app: AsgiApp = LocalApp(all_routes, pool, metrics, guard=AccessGuard(settings))
    if settings.access_log != "none":
        from windvane.server.access_log import AccessLog

        app = AccessLog(app, all_routes, None if place is None else place.number)
    if settings.base_path:
        from windvane.server.root_path import RootPath

        app = RootPath(app, settings.base_path)
    return app


async def _serve(
    server: uvicorn.Server,
    listener: socket.socket,
    opening: ModelOpening,
    announce: Callable[[Manifest], None],
) -> None:
    if server.config.ssl:
        from windvane.server.tls import limit_handshakes

        limit_handshakes(asyncio.get_running_loop())
    serving = asyncio.create_task(server.serve([listener]))
    renewing = asyncio.create_task(ClaimRenewal().run())
    await asyncio.gather(asyncio.wrap_future(opening.classifier), return_exceptions=True)
    try:
        announce(opening.finish().manifest)
    except BaseException:
        server.should_exit = True
        raise
    finally:
        await serving
        renewing.cancel()
