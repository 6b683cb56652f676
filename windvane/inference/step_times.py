"""Durations of the steps of a request."""

from threading import Lock


class StepTimes:
    """Adds up the duration of each step over several texts, which may run in parallel.

    Attributes:
        encode_ms: Text to token ids.
        run_ms: The model.
    """

    def __init__(self) -> None:
        self.encode_ms = 0.0
        self.run_ms = 0.0
        self._lock = Lock()

    def add(self, *, encode_ms: float = 0.0, run_ms: float = 0.0) -> None:
        """Add the durations of one text."""
        with self._lock:
            self.encode_ms += encode_ms
            self.run_ms += run_ms
