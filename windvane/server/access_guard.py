"""Refuses requests for other hosts, from other origins, and without the API key that is asked for.

A page of any site can send requests to a server on loopback. Its own name, bound again to
127.0.0.1 (DNS rebinding), is in Host; its origin is in Origin.
"""

import hashlib
import re
from hmac import compare_digest

from windvane.api.caller import Caller
from windvane.api.problems import (
    HostUnclearError,
    HostUnknownError,
    KeyNeededError,
    OriginRefusedError,
)
from windvane.facts import CONSOLE_FILE_PATH, OPEN_PATHS
from windvane.server.asgi import Scope
from windvane.server.request_reading import close_after
from windvane.settings import Settings

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")

HOST = re.compile(r"(?P<name>\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(:[0-9]{1,5})?")
"""A Host header in lower case: name or address, and port."""

CONSOLE_FILE = re.compile(re.escape(CONSOLE_FILE_PATH).replace(r"\{file\}", "[^/\n]+"))

PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, DELETE",
    "Access-Control-Allow-Headers": "content-type, idempotency-key, x-api-key, x-correlation-id",
    "Access-Control-Max-Age": "600",
}

CORS_HEADERS = {
    "Access-Control-Expose-Headers": "retry-after, server-timing, x-correlation-id",
    "Vary": "Origin",
}


class AccessGuard:
    """Checks Host, Origin and API key, and lets pages of the allowed origins read responses."""

    def __init__(self, settings: Settings) -> None:
        """Take hosts, origins and keys from the settings."""
        self._hosts = {*LOOPBACK_HOSTS, *settings.allowed_hosts}
        self._origins = frozenset(settings.allowed_origins)
        self._callers = _build_callers(settings)

    def check(self, scope: Scope) -> Caller:
        """Check one request, and find out who sends it.

        Raises:
            HostUnclearError: Host is missing, repeated or malformed.
            HostUnknownError: Host is not a name of this server.
            KeyNeededError: A key is needed, and there is no valid one.
            OriginRefusedError: Origin is neither this server's nor an allowed one.
        """
        hosts = [value.lower() for value in _read_values(scope, b"host")]
        host = HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if host is None:
            raise close_after(HostUnclearError())
        if host["name"].removesuffix(".") not in self._hosts:
            raise close_after(HostUnknownError())
        if is_open(scope):
            return Caller()
        origins = _read_values(scope, b"origin")
        own = {f"http://{hosts[0]}", f"https://{hosts[0]}"}
        if origins and not (len(origins) == 1 and origins[0] in own | self._origins):
            raise close_after(OriginRefusedError())
        if not self._callers or _is_preflight(scope):
            return Caller()
        if caller := self._find_caller(scope):
            return caller
        raise close_after(KeyNeededError())

    def list_cors_headers(self, scope: Scope) -> dict[str, str]:
        """List the headers that let a page of an allowed origin read the response."""
        origins = _read_values(scope, b"origin")
        if len(origins) != 1 or origins[0] not in self._origins:
            return {}
        shared = {"Access-Control-Allow-Origin": origins[0], **CORS_HEADERS}
        return {**shared, **PREFLIGHT_HEADERS} if _is_preflight(scope) else shared

    def _find_caller(self, scope: Scope) -> Caller | None:
        values = [value for name, value in scope["headers"] if name == b"x-api-key"]
        # Every key is compared, so that the time does not tell which one is close.
        callers = [
            caller
            for value in values[:1]
            for key, caller in self._callers.items()
            if compare_digest(value, key)
        ]
        return callers[0] if len(values) == 1 and callers else None


def _build_callers(settings: Settings) -> dict[bytes, Caller]:
    """Build the callers by their keys: the operator's, then those of clients."""
    callers = {key.encode(): Caller(_to_key_id(key)) for key in settings.api_keys}
    for name, key in settings.client_keys:
        limited_to = name if name in settings.own_results_only else None
        callers[key.encode()] = Caller(_to_key_id(key), name, limited_to)
    return callers


def _to_key_id(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def is_open(scope: Scope) -> bool:
    """Whether a request needs no API key, as in AWS."""
    path = scope["path"]
    is_open_path = path in OPEN_PATHS or CONSOLE_FILE.fullmatch(path) is not None
    return is_open_path and scope["method"] in {"GET", "HEAD"}


def _read_values(scope: Scope, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == wanted]


def _is_preflight(scope: Scope) -> bool:
    is_asked = any(name == b"access-control-request-method" for name, _ in scope["headers"])
    return is_asked and scope["method"] == "OPTIONS"
