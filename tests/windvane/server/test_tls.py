"""The TLS context, and the protocol over TLS."""

import asyncio
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from tests.windvane.aws.self_signed import write_certificate
from windvane.server.errors import TlsFileError
from windvane.server.tls import limit_handshakes, load_tls_context

HANDSHAKE_SECONDS = 0.2


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with a certificate and its key."""
    return str(write_certificate(tmp_path_factory.mktemp("tls") / "both.pem"))


def test_context_takes_no_version_before_1_2(pem: str) -> None:
    context = load_tls_context(pem, pem)

    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_NONE  # clients need no certificate


@pytest.mark.parametrize("case", ["missing", "folder", "other", "no-key", "mismatch", "encrypted"])
def test_load_tls_context_says_which_file_is_wrong(pem: str, tmp_path: Path, case: str) -> None:
    other = tmp_path / "other.pem"
    other.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    missing, folder = str(tmp_path / "none.pem"), str(tmp_path)
    second = str(write_certificate(tmp_path / "second.pem"))
    encrypted = str(write_certificate(tmp_path / "encrypted.pem", b"secret"))
    cert, key, message = {
        "missing": (missing, pem, f"certificate {missing} cannot be read: No such file"),
        "folder": (pem, folder, f"private key {folder} cannot be read: Is a directory"),
        "other": (str(other), pem, f"{other} or its key {pem} cannot be used"),
        "no-key": (pem, str(other), f"{other} holds no private key in PEM form."),
        "mismatch": (pem, second, f"{second} is not that of the certificate {pem}."),
        "encrypted": (encrypted, encrypted, f"{encrypted} is encrypted"),
    }[case]

    with pytest.raises(TlsFileError) as caught:
        load_tls_context(cert, key)

    assert message in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("build_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_connection_without_handshake_is_closed(
    pem: str, build_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def connect_and_wait() -> float:
        loop = asyncio.get_running_loop()
        limit_handshakes(loop, HANDSHAKE_SECONDS)
        context = load_tls_context(pem, pem)
        server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=context)
        async with server:
            started = time.monotonic()
            port = server.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            assert await asyncio.wait_for(reader.read(), 20) == b""
            writer.close()
        return time.monotonic() - started

    with asyncio.Runner(loop_factory=build_loop) as runner:
        seconds = runner.run(connect_and_wait())

    assert seconds >= HANDSHAKE_SECONDS
