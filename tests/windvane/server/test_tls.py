"""The TLS context, and the protocol over TLS."""

import asyncio
import ssl
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop

from tests.windvane.server.certificates import CertificateFiles, write_certificate
from windvane.server.errors import TlsFileError
from windvane.server.tls import limit_handshakes, load_tls_context

HANDSHAKE_SECONDS = 0.2


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    return write_certificate(tmp_path_factory.mktemp("tls"))


def test_context_takes_no_version_before_1_2(files: CertificateFiles) -> None:
    context = load_tls_context(files.cert, files.key)

    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.verify_mode == ssl.CERT_NONE  # clients need no certificate


@pytest.mark.parametrize("case", ["missing", "folder", "other", "swapped", "mismatch", "encrypted"])
def test_load_tls_context_says_which_file_is_wrong(
    files: CertificateFiles, tmp_path: Path, case: str
) -> None:
    other = tmp_path / "other.pem"
    other.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    encrypted = write_certificate(tmp_path / "encrypted", password=b"secret")
    missing = str(tmp_path / "none.pem")
    cert, key, message = {
        "missing": (missing, files.key, f"certificate {missing} cannot be read: No such file"),
        "folder": (files.cert, str(tmp_path), f"private key {tmp_path} cannot be read: Is a dir"),
        "other": (str(other), files.key, f"{other} or its key {files.key} cannot be used"),
        "swapped": (files.key, files.cert, f"{files.key} holds no certificate in PEM form."),
        "mismatch": (encrypted.cert, files.key, f"{files.key} is not that of the certificate"),
        "encrypted": (encrypted.cert, encrypted.key, f"{encrypted.key} is encrypted"),
    }[case]
    if case == "mismatch":
        cert = write_certificate(tmp_path / "second").cert

    with pytest.raises(TlsFileError) as caught:
        load_tls_context(cert, key)

    assert message in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("build_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_a_connection_without_handshake_is_closed(
    files: CertificateFiles, build_loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    async def connect_and_wait() -> float:
        loop = asyncio.get_running_loop()
        limit_handshakes(loop, HANDSHAKE_SECONDS)
        context = load_tls_context(files.cert, files.key)
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
