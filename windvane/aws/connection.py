"""A keep-alive HTTP connection to one AWS service, with signed requests."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from windvane.aws.credentials import CredentialSource
from windvane.aws.endpoints import Endpoint
from windvane.aws.errors import AwsRefusalError, AwsSetupError, AwsUnreachableError
from windvane.aws.http_connection import HttpConnection
from windvane.aws.http_response import HttpError, HttpResponse
from windvane.aws.json_response import read_json_object
from windvane.aws.sigv4 import AwsRequest, encode_path, sign

if TYPE_CHECKING:
    import ssl

OK = 200
ACCEPTED = 202
PARTIAL_CONTENT = 206
MAX_ERROR_BYTES = 64 * 1024
MAX_RESPONSE_BYTES = 32 * 1024 * 1024
"""Twice what the most that DynamoDB sends, for BatchGetItem."""


class AwsConnection:
    """Sends requests and reads their responses, one at a time; not safe for concurrent threads."""

    def __init__(self, endpoint: Endpoint, credentials: CredentialSource) -> None:
        """Prepare the connection; the first request opens it."""
        self._endpoint = endpoint
        self._credentials = credentials
        tls_context = _get_tls_context(endpoint.ca_bundle) if endpoint.tls else None
        self._http = HttpConnection(endpoint.host, tls_context=tls_context, proxy=endpoint.proxy)

    def send(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        *,
        deadline: float,
    ) -> HttpResponse:
        """Send a request; the response's body is not read yet.

        The server may have closed an idle connection, or the function may have been frozen; the
        request is then sent once more on a new connection.

        Args:
            method: HTTP method.
            path: Path below the endpoint, not encoded.
            headers: Additional headers, names in lower case.
            body: The request's body.
            deadline: `time.monotonic` by which the response must have begun.

        Raises:
            AwsRefusalError: AWS answered with an error.
            AwsSetupError: There are no credentials.
            AwsUnreachableError: There was no response, or not in time.
        """
        is_reused = self._http.is_alive
        try:
            return self._send_once(method, path, headers or {}, body, deadline)
        except AwsUnreachableError:
            if not is_reused or time.monotonic() >= deadline:
                raise
        return self._send_once(method, path, headers or {}, body, deadline)

    def call(self, headers: dict[str, str], body: bytes, *, deadline: float) -> dict[str, Any]:
        """Call an AWS service that speaks JSON, and read its response.

        Args:
            headers: ``x-amz-target`` and ``content-type``.
            body: The request as JSON.
            deadline: `time.monotonic` by which the whole response must have arrived.

        Raises:
            AwsError: As `send` does.
        """
        response = self.send("POST", "/", headers, body, deadline=deadline)
        with self._watch(deadline, "broke off its response"):
            content = response.read(MAX_RESPONSE_BYTES)
            if not response.is_read and response.read(1):
                raise HttpError("the response is too long")
            return read_json_object(content)

    def cut(self) -> None:
        """Make a read that is waiting in another thread fail; that thread closes the connection."""
        self._http.cut()

    def close(self) -> None:
        """Close the connection; no other thread may be using it."""
        self._http.cut()
        self._http.close()

    def _send_once(
        self, method: str, path: str, headers: dict[str, str], body: bytes, deadline: float
    ) -> HttpResponse:
        endpoint = self._endpoint
        encoded = encode_path(f"{endpoint.base_path}{path}")
        credentials = self._credentials.get(deadline)
        if not all(_is_header(key or "") for key in credentials[:3]):
            raise AwsSetupError("The AWS credentials hold characters that no header may hold")
        signed = sign(
            AwsRequest(method, encoded, {"host": endpoint.host, **headers}, body),
            credentials,
            region=endpoint.region,
            service=endpoint.service,
        )
        with self._watch(deadline):
            response = self._http.send(method, encoded, signed, body)
            if response.status in {OK, ACCEPTED, PARTIAL_CONTENT}:
                return response
            refused = response.read(MAX_ERROR_BYTES)
        if not response.is_read:
            self.close()
        raise AwsRefusalError(endpoint.service, response.status, _find_code(refused))

    @contextmanager
    def _watch(self, deadline: float, fault: str = "sent no response") -> Iterator[None]:
        """Shut the connection down at the deadline: a socket's timeout restarts with each byte.

        Args:
            deadline: In terms of `time.monotonic`.
            fault: What the error says of the service if the connection breaks.

        Raises:
            AwsUnreachableError: The block took longer, or the connection broke.
        """
        service, seconds = self._endpoint.service, deadline - time.monotonic()
        if seconds <= 0:
            raise AwsUnreachableError(f"{service} was not asked: no time is left")
        try:
            with self._http.until(deadline):
                yield
        except (OSError, HttpError) as error:
            self.close()
            if time.monotonic() >= deadline:
                fault = f"took longer than {seconds:.3g} s"
            raise AwsUnreachableError(f"{service} {fault}: {error!r}") from error


@cache
def _get_tls_context(ca_bundle: str | None) -> "ssl.SSLContext":
    """Load the trusted root certificates, once."""
    import ssl

    try:
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError as error:
        raise AwsSetupError("AWS_CA_BUNDLE is not a file of certificates.") from error


def _is_header(value: str) -> bool:
    return value.isascii() and value.isprintable()


def _find_code(body: bytes) -> str:
    """Find AWS's name for an error: in JSON ``__type``, in XML ``<Code>``."""
    try:
        kind = str(read_json_object(body).get("__type", "error")).rpartition("#")[2]
    except HttpError:
        match = re.search(rb"<Code>(\w{1,100})</Code>", body)
        return match[1].decode() if match else "error"
    return kind if re.fullmatch(r"[\w.]{1,100}", kind, re.ASCII) else "error"
