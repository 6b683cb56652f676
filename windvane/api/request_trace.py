"""The current request: its correlation id and its times, in a context variable."""

from contextvars import ContextVar
from time import perf_counter

from windvane.api.classified_texts import ClassifiedTexts
from windvane.api.correlation import CORRELATION_HEADER
from windvane.observability import logger


class RequestTrace:
    """One request: its correlation id, its start and the times of its texts.

    Attributes:
        correlation_id: In every line that is logged for the request, and in its response.
    """

    def __init__(self, correlation_id: str) -> None:
        self.correlation_id = correlation_id
        self._started = perf_counter()
        self._classified: list[ClassifiedTexts] = []

    @property
    def seconds(self) -> float:
        """Seconds since the request began."""
        return perf_counter() - self._started

    def add(self, classified: ClassifiedTexts) -> None:
        """Add the times of texts of the request."""
        self._classified.append(classified)

    def to_headers(self) -> dict[str, str]:
        """Build the headers that every response has, in AWS Lambda and on a laptop."""
        return {CORRELATION_HEADER: self.correlation_id, "Server-Timing": self._to_timing()}

    def _to_timing(self) -> str:
        """Write the times in milliseconds (https://www.w3.org/TR/server-timing/).

        Texts that run side by side add up, so that ``run`` may be more than ``total``.
        """
        timing = f"total;dur={self.seconds * 1e3:.2f}"
        if not self._classified:
            return timing
        encode_ms = sum(classified.encode_ms for classified in self._classified)
        run_ms = sum(classified.run_ms for classified in self._classified)
        log_ms = sum(classified.log_ms for classified in self._classified)
        return f"{timing}, encode;dur={encode_ms:.2f}, run;dur={run_ms:.2f}, log;dur={log_ms:.2f}"


_current: ContextVar[RequestTrace | None] = ContextVar("request_trace", default=None)


def begin_trace(correlation_id: str) -> RequestTrace:
    """Begin a request in this context. Threads that run in a copy of the context belong to it."""
    trace = RequestTrace(correlation_id)
    _current.set(trace)
    logger.thread_safe_append_keys(correlation_id=correlation_id)
    return trace


def current_trace() -> RequestTrace | None:
    """Return the current request's trace, or None outside a request."""
    return _current.get()
