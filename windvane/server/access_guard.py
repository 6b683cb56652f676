"""Refuses requests for other hosts, from other origins, and without the API key that is asked for.

A page of any site can send requests to a server on loopback. Its own name, bound again to
127.0.0.1 (DNS rebinding), is in Host; its origin is in Origin.
"""

import re
from collections.abc import Iterable, Sequence
from hmac import compare_digest

import msgspec

from windvane.api.problems import Problem
from windvane.facts import (
    CONSOLE_FILE_PATH,
    OPEN_PATHS,
    PROBLEM_TYPE,
    PROBLEM_URI_PREFIX,
    SHARED_PROBLEMS,
)
from windvane.server.asgi import (
    AsgiApp,
    AsgiResponse,
    Message,
    Receive,
    Scope,
    Send,
    send_response,
)
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

EXPOSED_HEADERS = "retry-after, server-timing, x-correlation-id"


class AccessGuard:
    """The ASGI application that checks Host, Origin and API key before another."""

    def __init__(self, app: AsgiApp, settings: Settings) -> None:
        """Guard an application by the settings of hosts, origins and keys."""
        self._app = app
        self._hosts = {*LOOPBACK_HOSTS, *settings.allowed_hosts}
        self._origins = frozenset(settings.allowed_origins)
        self._keys = [key.encode() for key in settings.api_keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, answer a preflight, or let the application respond."""
        origins = _read_values(scope, b"origin")
        is_allowed_origin = len(origins) == 1 and origins[0] in self._origins
        if is_allowed_origin:
            send = _share_with(origins[0], send)
        response = self._refuse(scope, origins)
        if response is None and is_allowed_origin and _is_preflight(scope):
            headers = [(name.lower().encode(), v.encode()) for name, v in PREFLIGHT_HEADERS.items()]
            response = AsgiResponse(204, headers, b"")
        if response is None:
            await self._app(scope, receive, send)
        else:
            await send_response(send, response, {})

    def _refuse(self, scope: Scope, origins: Sequence[str]) -> AsgiResponse | None:
        hosts = [value.lower() for value in _read_values(scope, b"host")]
        host = HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if host is None:
            return _build_refusal(400, "host-unclear", "Host is missing, repeated or malformed")
        if host["name"].removesuffix(".") not in self._hosts:
            detail = "WINDVANE_ALLOWED_HOSTS lists further names of this server."
            return _build_refusal(421, "host-unknown", "This server has other names", detail)
        if is_open(scope):
            return None
        own = {f"http://{hosts[0]}", f"https://{hosts[0]}"}
        if origins and not (len(origins) == 1 and origins[0] in own | self._origins):
            detail = "WINDVANE_ALLOWED_ORIGINS lists the origins whose pages may use this server."
            return _build_refusal(403, "origin-refused", "Other origins are refused", detail)
        if self._keys and not _is_preflight(scope) and not self._has_key(scope):
            return _build_refusal(403, "key-needed", *SHARED_PROBLEMS["key-needed"])
        return None

    def _has_key(self, scope: Scope) -> bool:
        values = [value for name, value in scope["headers"] if name == b"x-api-key"]
        # Every key is compared, so that the time does not tell which one is close.
        matches = [compare_digest(value, key) for value in values[:1] for key in self._keys]
        return len(values) == 1 and any(matches)


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


def _share_with(origin: str, send: Send) -> Send:
    """Let the pages of an origin read the response."""
    headers: Iterable[tuple[bytes, bytes]] = [
        (b"access-control-allow-origin", origin.encode("latin-1")),
        (b"access-control-expose-headers", EXPOSED_HEADERS.encode()),
        (b"vary", b"Origin"),
    ]

    async def share(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *headers]
        await send(message)

    return share


def _build_refusal(status: int, name: str, title: str, detail: str = "") -> AsgiResponse:
    """Build a response that closes the connection, since the body is unread."""
    problem = Problem(PROBLEM_URI_PREFIX + name, title, status, detail or f"{title}.", [])
    headers = [(b"content-type", PROBLEM_TYPE.encode()), (b"connection", b"close")]
    return AsgiResponse(status, headers, msgspec.json.encode(problem))
