"""Sends requests to a running service, and measures how long a response takes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter

import urllib3
from urllib3 import exceptions

from windvane.cli.smoke.authorization import BOTH_PROOFS, Proof
from windvane.cli.smoke.connections import CONNECT_SECONDS, RESPONSE_SECONDS, build_pool, check_url
from windvane.cli.smoke.target import Target
from windvane.facts import MAX_RESPONSE_BYTES, PROBLEM_URI_PREFIX

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.ProxyError, "no connection through the proxy"),
    (exceptions.NameResolutionError, "no such host"),
    (exceptions.NewConnectionError, "no connection (refused, or no way to that address)"),
    (exceptions.ConnectTimeoutError, f"no connection within {CONNECT_SECONDS} s"),
    (exceptions.SSLError, "no TLS connection (the certificate is not trusted, or there is none)"),
    (exceptions.TimeoutError, f"no response within {RESPONSE_SECONDS} s"),
)
"""Why no response came, by error; the first one that fits, for some are subclasses of others."""


class NoResponseError(Exception):
    """No response came; the message says why."""


@dataclass(frozen=True)
class ServiceResponse:
    """A response.

    Attributes:
        status: HTTP status.
        body: The object that the body is in JSON; empty if it is something else.
        elapsed_ms: From the request's first byte to the response's last, in milliseconds.
    """

    status: int
    body: Mapping[str, object]
    elapsed_ms: float

    def is_problem(self, status: int, name: str) -> bool:
        """Return whether it is the problem document of this kind."""
        return self.status == status and self.problem_name == name

    @property
    def problem_name(self) -> str:
        """Name of the problem; empty if the body is no problem document of Windvane's."""
        kind = self.body.get("type")
        is_ours = isinstance(kind, str) and kind.startswith(PROBLEM_URI_PREFIX)
        return str(kind).removeprefix(PROBLEM_URI_PREFIX)[:40] if is_ours else ""

    def describe(self) -> str:
        """Return the status and what it means, such as ``403 key-needed``."""
        phrases = {status.value: status.phrase for status in HTTPStatus}
        return f"{self.status} {self.problem_name or phrases.get(self.status, '')}".rstrip()


class ServiceClient:
    """Sends requests to one service, those of a round over one connection."""

    def __init__(self, target: Target) -> None:
        """Take the address and the API key.

        Raises:
            CliError: The address is not that of a service.
        """
        self.url = f"{check_url(target.url)}/"
        self.has_key = target.key is not None
        self.authorization = target.authorization
        self._key_header = {"x-api-key": target.key} if target.key else {}
        self._pool = build_pool(self.url, target.ca_file)

    def begin_round(self) -> None:
        """Close the connection: a server may be about to close one that has been idle."""
        self._pool.clear()

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        proofs: frozenset[Proof] = BOTH_PROOFS,
        correlation_id: str,
    ) -> ServiceResponse:
        """Send a request.

        Raises:
            NoResponseError: No response came, or one that is too large.
        """
        url = self.url + path.removeprefix("/")
        content = None if body is None else json.dumps(body).encode()
        headers = {
            "accept": "application/json",
            "user-agent": "windvane-smoke",
            "x-correlation-id": correlation_id,
            **(self._key_header if "key" in proofs else {}),
            **({} if body is None else {"content-type": "application/json"}),
        }
        if "authorization" in proofs and self.authorization is not None:
            headers |= self.authorization.build_headers(method, url, content or b"")
        started = perf_counter()
        try:
            response = self._pool.request(
                method,
                url,
                body=content,
                headers=headers,
                preload_content=False,
                redirect=False,
            )
            received = _read(response, started)
        except (exceptions.HTTPError, OSError) as error:
            raise NoResponseError(_explain(error)) from error
        return ServiceResponse(response.status, _parse(received), (perf_counter() - started) * 1e3)


def _read(response: urllib3.BaseHTTPResponse, started: float) -> bytes:
    """Read a body that ends in time and is no larger than Lambda's."""
    received = bytearray()
    while piece := response.read1(65_536):
        received += piece
        if len(received) > MAX_RESPONSE_BYTES or perf_counter() - started > RESPONSE_SECONDS:
            response.close()
            raise NoResponseError(
                f"no response of at most {MAX_RESPONSE_BYTES} bytes in {RESPONSE_SECONDS} s"
            )
    response.release_conn()
    return bytes(received)


def _parse(received: bytes) -> Mapping[str, object]:
    try:
        parsed = json.loads(received)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _explain(error: Exception) -> str:
    """Say why no response came; the error's own words may hold addresses and objects."""
    return next(
        (reason for kind, reason in _REASONS if isinstance(error, kind)),
        "the connection was closed before a response",
    )
