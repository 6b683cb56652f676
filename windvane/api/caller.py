"""Who sends the current request, by its API key; in a context variable."""

from contextvars import ContextVar

import msgspec


class Caller(msgspec.Struct, frozen=True):
    """Who sends a request; by default somebody without a key, who sees all results.

    Attributes:
        key_id: Identifies the API key, which it does not reveal; empty where there is none.
        client: Name of the client that the key is of; None for the operator's keys.
        limited_to: Name of the client whose results alone the caller sees; None for all results.
    """

    key_id: str = ""
    client: str | None = None
    limited_to: str | None = None


_current: ContextVar[Caller] = ContextVar("caller", default=Caller())  # noqa: B039 - frozen


def set_caller(caller: Caller) -> None:
    """Set who sends the request of this context; each request sets it before it is served."""
    _current.set(caller)


def current_caller() -> Caller:
    """Return who sends the current request."""
    return _current.get()
