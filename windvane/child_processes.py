"""Child processes, which their parent alone ends."""

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

SPAWN = multiprocessing.get_context("spawn")  # a fork would copy the state of threads


def start_child(target: Callable[..., None], *arguments: Any) -> BaseProcess:  # noqa: ANN401 - what the target takes
    """Start a daemonic process that Ctrl-C does not reach.

    A terminal sends SIGINT to every process; the parent alone acts on it. Processes inherit what is
    blocked.

    Args:
        target: Called in the process; can be pickled, as all arguments.
        arguments: What it is called with.
    """
    process = SPAWN.Process(target=target, args=arguments, daemon=True)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process


def describe_end(process: BaseProcess) -> str:
    """Wait for the end of a process, and write how it ended: what follows "the process"."""
    process.join()
    code = process.exitcode or 0
    if code == -signal.SIGKILL:
        return "was killed, as is done when memory runs out"
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
