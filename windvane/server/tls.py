"""The TLS context of the local server, from PEM files."""

import asyncio
import ssl
from functools import partial
from pathlib import Path
from typing import NoReturn

from windvane.server.errors import TlsFileError

MAX_BYTES = 1024 * 1024
CERTIFICATE = b"-----BEGIN CERTIFICATE-----"
KEY = b"PRIVATE KEY-----"

HANDSHAKE_SECONDS = 10.0
"""Time limit for a handshake. asyncio's own is 60 seconds, and connections that have not finished
it are in no count of connections."""


def load_tls_context(cert: str, key: str) -> ssl.SSLContext:
    """Load a certificate chain and its key, for TLS 1.2 and 1.3 and HTTP/1.1.

    Args:
        cert: Path of the chain.
        key: Path of the key.

    Raises:
        TlsFileError: A file cannot be read, holds something else, or the two do not match.
    """
    _check_file(cert, CERTIFICATE, "certificate")
    _check_file(key, KEY, "private key")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])

    def refuse_encrypted() -> NoReturn:
        raise TlsFileError(f"The TLS key {key} is encrypted; it must not be.")

    try:
        context.load_cert_chain(cert, key, password=refuse_encrypted)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise TlsFileError(
                f"The TLS key {key} is not that of the certificate {cert}."
            ) from error
        raise TlsFileError(
            f"The TLS certificate {cert} or its key {key} cannot be used: "
            f"{error.reason or 'OpenSSL cannot read it'}."
        ) from error
    return context


def limit_handshakes(loop: asyncio.AbstractEventLoop, seconds: float = HANDSHAKE_SECONDS) -> None:
    """Give the TLS servers of a loop a time limit for handshakes; uvicorn has no such option."""
    create_server = partial(loop.create_server, ssl_handshake_timeout=seconds)
    loop.create_server = create_server  # type: ignore[method-assign]


def _check_file(path: str, mark: bytes, name: str) -> None:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such file"
        raise TlsFileError(f"The TLS {name} {path} cannot be read: {reason}.") from error
    if mark not in content:
        raise TlsFileError(f"The TLS {name} {path} holds no {name} in PEM form.")
