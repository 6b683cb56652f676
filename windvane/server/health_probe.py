"""Asks the server on this machine for ``/health``: the container's health check, without curl."""

import http.client
import os
import ssl
import sys
from collections.abc import Mapping
from http import HTTPStatus

LOOPBACK = "127.0.0.1"
TIMEOUT_SECONDS = 4.0


def is_healthy(environ: Mapping[str, str]) -> bool:
    """Return whether the server answers, on the port and by the protocol of its environment."""
    connection = _build_connection(environ)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _build_connection(environ: Mapping[str, str]) -> http.client.HTTPConnection:
    port = int(environ.get("PORT") or 8080)
    if not environ.get("WINDVANE_TLS_CERT"):
        return http.client.HTTPConnection(LOOPBACK, port, timeout=TIMEOUT_SECONDS)
    # The certificate is not verified: it names the service, not loopback.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return http.client.HTTPSConnection(LOOPBACK, port, timeout=TIMEOUT_SECONDS, context=context)


if __name__ == "__main__":
    sys.exit(not is_healthy(os.environ))
