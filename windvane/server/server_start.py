"""Starts a server process: its modules are imported while the model opens."""

import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from windvane.bundle_store import FETCH_SECONDS
from windvane.interrupts import is_interrupt
from windvane.model_opening import ModelOpening

if TYPE_CHECKING:
    from windvane.inference.manifest import Manifest
    from windvane.server.worker_place import WorkerPlace
    from windvane.settings import Settings


def start_server(
    settings: "Settings",
    listener: socket.socket,
    announce: "Callable[[Manifest], None]",
    place: "WorkerPlace | None" = None,
) -> None:
    """Open the model and serve until SIGINT or SIGTERM, as `run_server` does.

    Raises:
        BundleError: The bundle cannot be used.
        TlsFileError: Certificate or key cannot be used.
    """
    if place is None:  # a worker ends at once as long as it serves nothing
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        opening = ModelOpening(
            settings.bundle_uri, threads=settings.threads, fetch_seconds=FETCH_SECONDS
        )
        # The order of the imports is the order of the start.
        from windvane.inference.classifier import Classifier

        opening.open_classifier(Classifier)
        from windvane.server.local_server import run_server

        run_server(settings, listener, announce, opening, place)
    except (KeyboardInterrupt, ImportError) as error:
        if not is_interrupt(error):
            raise
