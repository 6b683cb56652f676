"""Where the time of a request's texts goes."""

from threading import Lock


class StepTimes:
    """Adds up what each step took over several texts, which may run side by side.

    Attributes:
        encode_ms: Text to token ids.
        run_ms: The model.
    """

    def __init__(self) -> None:
        """Begin at nothing."""
        self.encode_ms = 0.0
        self.run_ms = 0.0
        self._lock = Lock()

    def add(self, encode_ms: float, run_ms: float) -> None:
        """Add one text."""
        with self._lock:
            self.encode_ms += encode_ms
            self.run_ms += run_ms
