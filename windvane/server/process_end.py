"""The end of a process whose threads may still run."""

import os
import sys
import threading

SHUTDOWN_SECONDS = 5
"""Time limit for running requests when the server stops."""

THREAD_SECONDS = 0.5
"""How long threads may take to end when the server has stopped."""


def end_despite_threads() -> None:
    """End the process now if threads still run, since the interpreter would wait for them.

    What they were writing to SQLite is rolled back by whoever opens the file next.
    """
    others = [thread for thread in threading.enumerate() if not thread.daemon]
    others.remove(threading.main_thread())
    for thread in others:
        thread.join(THREAD_SECONDS / len(others))
    if any(thread.is_alive() for thread in others):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
