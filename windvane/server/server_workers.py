"""Serves one port with several processes, and replaces those that end."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from windvane.aws.errors import AwsError
from windvane.child_processes import SPAWN, describe_end, start_child
from windvane.inference.errors import InferenceError
from windvane.inference.manifest import Manifest
from windvane.observability import logger
from windvane.result_log.errors import ResultLogError
from windvane.result_log.result_log import open_result_log
from windvane.server.errors import ServerError, WorkerStartError
from windvane.server.port_sharing import share_port
from windvane.server.process_end import SHUTDOWN_SECONDS, end_despite_threads
from windvane.server.worker_place import WorkerPlace, share_limits
from windvane.settings import Settings

RESTART_SECONDS = 5.0
"""A worker is started at most this often, so that one that cannot start does not take the CPU."""

STOP_SECONDS = SHUTDOWN_SECONDS + 5
"""How long workers have to stop before they are killed."""

MAX_SIGNALS = 64
"""As many are read at once."""

STARTING_ERRORS = (AwsError, InferenceError, ResultLogError, ServerError)


@dataclass
class _Worker:
    place: WorkerPlace
    process: BaseProcess
    connection: Connection
    started: float
    is_ready: bool = False


class ServerWorkers:
    """The worker processes of one port."""

    def __init__(
        self, settings: Settings, listeners: Sequence[socket.socket], folder: Path
    ) -> None:
        """Start no worker yet.

        Args:
            settings: Those of all workers together.
            listeners: A listening socket for each worker.
            folder: Empty; for the workers' metrics.
        """
        self._settings = settings
        self._listeners = listeners
        self._workers: list[_Worker] = []
        # When each missing worker is to be started, by its place.
        self._due = {WorkerPlace(number, folder): 0.0 for number in range(settings.workers)}
        self._is_announced = False

    def run(self, announce: Callable[[Manifest], None], stopping: socket.socket) -> None:
        """Keep the workers running until a stop is requested.

        Args:
            announce: Called once, when all workers have loaded the model.
            stopping: Becomes readable when the server is to stop.

        Raises:
            WorkerStartError: A worker could not start before the server was announced.
        """
        while True:
            self._start_due()
            pause = min(self._due.values(), default=None)
            timeout = None if pause is None else max(0.0, pause - time.monotonic())
            ready = wait([stopping, *(worker.connection for worker in self._workers)], timeout)
            if stopping in ready:
                return
            for worker in [each for each in self._workers if each.connection in ready]:
                manifest = self._receive(worker)
                if manifest and not self._is_announced and self._are_all_ready:
                    self._is_announced = True
                    announce(manifest)

    def stop(self, stopping: socket.socket) -> None:
        """Let the workers finish their requests, for `STOP_SECONDS` or until another SIGINT."""
        deadline = time.monotonic() + STOP_SECONDS
        for worker in self._workers:
            worker.process.terminate()
        running = [worker.process for worker in self._workers]
        while running and (seconds := deadline - time.monotonic()) > 0:
            ready = wait([stopping, *(each.sentinel for each in running)], seconds)
            if stopping in ready and signal.SIGINT in stopping.recv(MAX_SIGNALS):
                break
            running = [process for process in running if process.is_alive()]
        for process in running:
            process.kill()
            process.join()

    @property
    def _are_all_ready(self) -> bool:
        return not self._due and all(worker.is_ready for worker in self._workers)

    def _start_due(self) -> None:
        now = time.monotonic()
        for place in [place for place, due in self._due.items() if due <= now]:
            del self._due[place]
            ours, theirs = SPAWN.Pipe()
            settings = share_limits(self._settings, place.number)
            listener = self._listeners[place.number]
            process = start_child(_run_worker, place, settings, listener, theirs)
            theirs.close()  # so that the end of the process is the end of the pipe
            self._workers.append(_Worker(place, process, ours, now))

    def _receive(self, worker: _Worker) -> Manifest | None:
        """Read what a worker says: its model, or why it cannot start."""
        reason = None
        try:
            message: Manifest | str = worker.connection.recv()
        except (EOFError, OSError):
            reason = f"a worker process {describe_end(worker.process)}"
        else:
            if isinstance(message, Manifest):
                worker.is_ready = True
                return message
            reason = message
        if not self._is_announced:
            raise WorkerStartError(reason[:1].upper() + reason[1:].rstrip(".") + ".")
        self._replace(worker, reason)
        return None

    def _replace(self, worker: _Worker, reason: str) -> None:
        logger.error("worker ended", worker=worker.place.number, reason=reason)
        worker.connection.close()
        worker.process.kill()  # if it could not start, its threads may still run
        worker.process.join()
        worker.place.note_end()
        self._workers.remove(worker)
        self._due[worker.place] = worker.started + RESTART_SECONDS


def serve_by_workers(
    settings: Settings, listener: socket.socket, announce: Callable[[Manifest], None]
) -> None:
    """Serve with ``settings.workers`` processes until SIGINT or SIGTERM; another SIGINT kills them.

    Args:
        settings: Settings; the workers share ``threads`` and ``max_waiting_requests``.
        listener: A listening socket.
        announce: Called when all workers have loaded the model.

    Raises:
        ResultLogOpenError: The result log cannot be opened.
        WorkerStartError: A worker could not start.
    """
    _create_result_log(settings)
    with (
        TemporaryDirectory(prefix="windvane-metrics-") as folder,
        share_port(listener, settings.workers) as listeners,
        _watch_signals() as stopping,
    ):
        workers = ServerWorkers(settings, listeners, Path(folder))
        try:
            workers.run(announce, stopping)
        finally:
            with suppress(BlockingIOError):
                stopping.recv(MAX_SIGNALS)
            workers.stop(stopping)


def _create_result_log(settings: Settings) -> None:
    """Open the result log once, before all workers do so at the same time."""
    if result_log := open_result_log(
        settings.result_log_uri, os.environ, retention_days=settings.retention_days
    ):
        result_log.close()


@contextmanager
def _watch_signals() -> Iterator[socket.socket]:
    """Yield a socket from which the numbers of SIGINT and SIGTERM can be read as they come."""
    reader, writer = socket.socketpair()
    reader.setblocking(False)
    writer.setblocking(False)

    def note(number: int, _: object) -> None:
        with suppress(BlockingIOError):
            writer.send(bytes([number]))

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with reader, writer:
            yield reader
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run_worker(
    place: WorkerPlace, settings: Settings, listener: socket.socket, connection: Connection
) -> None:
    """Serve in a process of its own, until SIGTERM or the end of the parent."""
    # Imported late: the parent has no model.
    from windvane.server.server_start import start_server

    threading.Thread(target=_stop_with_parent, daemon=True).start()
    place.note_process()
    with suppress(KeyboardInterrupt):  # SIGTERM before the server ran
        try:
            start_server(settings, listener, connection.send, place)
        except STARTING_ERRORS as error:
            connection.send(str(error))
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    end_despite_threads()


def _stop_with_parent() -> None:
    """Stop this process when its parent is gone, killed too."""
    if parent := parent_process():
        parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
