"""Runs the parts of a job in processes, and survives those that the operating system ends."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import NoReturn

from windvane.child_processes import SPAWN, describe_end, start_child
from windvane.inference.errors import InferenceError
from windvane.jobs.errors import JobError, StorageError
from windvane.jobs.plan import Part
from windvane.jobs.summaries import PartSummary

Work = Callable[[Part], PartSummary]
MAX_ATTEMPTS = 3
"""How often a part is begun if its process ends, or the disk or S3 fails."""
STOP_SECONDS = 1.0
"""How long a process has to end before it is killed."""
OUT_OF_MEMORY = "the process ran out of memory"


@dataclass(frozen=True)
class PartFault:
    """Why a part was not done.

    Attributes:
        reason: A sentence without its full stop.
        may_succeed: Whether another attempt may succeed.
    """

    reason: str
    may_succeed: bool


@dataclass(frozen=True)
class PartResult:
    """What became of a part: its summary, or its fault."""

    part: Part
    outcome: PartSummary | PartFault


@dataclass
class _Attempt:
    part: Part
    number: int = 1


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    attempt: _Attempt | None = field(default=None)


def run_in_processes(
    parts: Iterable[Part], open_work: Callable[[], Work], processes: int
) -> Generator[PartResult]:
    """Run parts side by side, and yield each when it is done or has failed for good.

    A part whose process ended is begun again behind all others, when there is likely more memory.
    Closing the iterator ends the processes.

    Args:
        parts: The parts.
        open_work: Called once in each process; can be pickled. What it returns does one part.
        processes: How many parts run at once.
    """
    waiting = deque(map(_Attempt, parts))
    workers: list[_Worker] = []
    try:
        while waiting or any(worker.attempt for worker in workers):
            while waiting and len(workers) < processes:
                workers.append(_start_worker(open_work))
            _assign(waiting, workers)
            for worker in _find_ready(workers):
                if result := _receive(worker, waiting, workers):
                    yield result
    finally:
        _stop(workers)


def _start_worker(open_work: Callable[[], Work]) -> _Worker:
    ours, theirs = SPAWN.Pipe()
    process = start_child(_serve, theirs, open_work)
    theirs.close()  # so that the end of the process is the end of the pipe
    return _Worker(process, ours)


def _assign(waiting: deque[_Attempt], workers: Iterable[_Worker]) -> None:
    for worker in workers:
        if waiting and worker.attempt is None:
            worker.attempt = waiting.popleft()
            with suppress(OSError):  # the process has ended: `_receive` finds that out
                worker.connection.send(worker.attempt.part)


def _find_ready(workers: Iterable[_Worker]) -> list[_Worker]:
    by_connection = {worker.connection: worker for worker in workers if worker.attempt}
    return [by_connection[ready] for ready in wait(by_connection) if isinstance(ready, Connection)]


def _receive(
    worker: _Worker, waiting: deque[_Attempt], workers: list[_Worker]
) -> PartResult | None:
    """Return the result of a worker's part; None if the part is to be begun again."""
    attempt, worker.attempt = worker.attempt, None
    if attempt is None:
        return None
    try:
        outcome: PartSummary | PartFault = worker.connection.recv()
    except (EOFError, OSError):
        workers.remove(worker)
        outcome = PartFault(f"its process {describe_end(worker.process)}", may_succeed=True)
    if isinstance(outcome, PartFault) and outcome.may_succeed and attempt.number < MAX_ATTEMPTS:
        waiting.append(_Attempt(attempt.part, attempt.number + 1))
        return None
    return PartResult(attempt.part, outcome)


def _stop(workers: Iterable[_Worker]) -> None:
    for worker in workers:
        worker.connection.close()
        worker.process.terminate()
    for worker in workers:
        worker.process.join(STOP_SECONDS)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _serve(connection: Connection, open_work: Callable[[], Work]) -> None:
    """Do parts as they come, in a process of its own, until the pipe is closed."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work: Work | None = None
    with suppress(EOFError, OSError):
        while True:
            part = connection.recv()
            try:
                work = work or open_work()
                outcome: PartSummary | PartFault = work(part)
            except (JobError, InferenceError) as error:
                outcome = PartFault(str(error).rstrip("."), isinstance(error, StorageError))
            except MemoryError:
                outcome = PartFault(OUT_OF_MEMORY, may_succeed=True)
            connection.send(outcome)


def _end_with_parent() -> NoReturn:
    """End this process at once when its parent is gone, killed too."""
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)
