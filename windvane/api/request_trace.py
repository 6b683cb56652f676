"""What is known of the request that is being answered, wherever in the code that is."""

from contextvars import ContextVar
from time import perf_counter
from typing import TYPE_CHECKING

from windvane.api.correlation import CORRELATION_HEADER
from windvane.observability import logger

if TYPE_CHECKING:
    from windvane.api.answering import Answered


class RequestTrace:
    """One request: its correlation id, when it began and what its texts took.

    Attributes:
        correlation_id: In every line that is logged for it, and in its answer.
    """

    def __init__(self, correlation_id: str) -> None:
        """Begin now."""
        self.correlation_id = correlation_id
        self._started = perf_counter()
        self._answered: list[Answered] = []

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return perf_counter() - self._started

    def add(self, answered: "Answered") -> None:
        """Note texts that were answered."""
        self._answered.append(answered)

    def to_headers(self) -> dict[str, str]:
        """Name the request and its times, for its answer."""
        return {CORRELATION_HEADER: self.correlation_id, "Server-Timing": self._to_timing()}

    def _to_timing(self) -> str:
        """Write the times in milliseconds (https://www.w3.org/TR/server-timing/).

        Texts that run side by side add up, so that ``run`` may be more than ``total``.
        """
        timing = f"total;dur={self.seconds * 1e3:.2f}"
        if not self._answered:
            return timing
        encode_ms = sum(answered.encode_ms for answered in self._answered)
        run_ms = sum(answered.run_ms for answered in self._answered)
        log_ms = sum(answered.log_ms for answered in self._answered)
        return f"{timing}, encode;dur={encode_ms:.2f}, run;dur={run_ms:.2f}, log;dur={log_ms:.2f}"


_current: ContextVar[RequestTrace | None] = ContextVar("request_trace", default=None)


def begin_trace(correlation_id: str) -> RequestTrace:
    """Begin a request in this context; a thread that runs in a copy of it belongs to it too."""
    trace = RequestTrace(correlation_id)
    _current.set(trace)
    logger.thread_safe_append_keys(correlation_id=correlation_id)
    return trace


def current_trace() -> RequestTrace | None:
    """Get the request of this context, if it is one's."""
    return _current.get()
