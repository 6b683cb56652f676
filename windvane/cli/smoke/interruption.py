"""Ends a loop at the first SIGINT or SIGTERM, after the round that runs."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

LONGEST_SLEEP_SECONDS = 0.1


class Interruption:
    """Whether the loop was asked to end."""

    def __init__(self) -> None:
        self.is_requested = False

    def wait(self, seconds: float) -> None:
        """Sleep until the time is over or the loop was asked to end."""
        end = time.monotonic() + seconds
        while not self.is_requested and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, LONGEST_SLEEP_SECONDS))

    def request(self, _number: int, _frame: FrameType | None) -> None:
        """Handle the signal; the next one ends the process at once."""
        self.is_requested = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def catch_signals() -> Iterator[Interruption]:
    """Handle SIGINT and SIGTERM in the block."""
    interruption = Interruption()
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, interruption.request) for number in numbers}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
