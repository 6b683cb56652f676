"""``windvane serve`` over TLS, as a process of its own."""

import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.windvane.api.serve_process import (
    RECORD_NOTHING,
    ROOT,
    ServeProcess,
    run_serve,
    serve_command,
)
from tests.windvane.aws.self_signed import write_certificate
from windvane.facts import MAX_BODY_BYTES

CUT_OFF = (
    b"POST /sentiment HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    b"content-length: 99\r\n\r\n{"
)
"""The first byte of a body that is longer."""


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file with a certificate and its key."""
    return str(write_certificate(tmp_path_factory.mktemp("tls") / "both.pem"))


@pytest.fixture(scope="module")
def server(tiny_bundle: Path, pem: str) -> Iterator[ServeProcess]:
    options = ("--tls-cert", pem, "--tls-key", pem)
    with run_serve("--bundle", str(tiny_bundle), *options) as server:
        yield server


@pytest.fixture
def client(server: ServeProcess, pem: str) -> Iterator[httpx.Client]:
    context = ssl.create_default_context(cafile=pem)
    with httpx.Client(base_url=server.url, verify=context, timeout=20) as client:
        yield client


def test_server_speaks_https_where_it_says(server: ServeProcess, client: httpx.Client) -> None:
    response = client.post("/sentiment", json={"text": "good"})

    assert server.url.startswith("https://127.0.0.1:")
    assert f"curl -s {server.url}/sentiment" in server.greeting
    assert (response.status_code, response.http_version) == (200, "HTTP/1.1")


def test_a_page_may_send_requests_to_its_own_server(
    server: ServeProcess, client: httpx.Client
) -> None:
    response = client.get("/v1/model", headers={"origin": server.url})

    assert response.status_code == 200


def test_a_refused_body_gets_its_response_over_tls(client: httpx.Client) -> None:
    def send_chunks() -> Iterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 65536 + 2):
            yield b" " * 65536

    headers = {"content-type": "application/json"}
    response = client.post("/sentiment", content=send_chunks(), headers=headers)
    too_many = client.get("/health", headers=[(f"x-{number}", "a") for number in range(101)])

    assert response.status_code == 413
    assert too_many.status_code == 431
    assert client.get("/health").status_code == 200


@pytest.mark.parametrize("sent", [b"GET /health HTTP/1.1\r\nhost: a\r\n\r\n", b"\x16\x03\x01"])
def test_what_is_no_tls_gets_no_http(
    server: ServeProcess, client: httpx.Client, sent: bytes
) -> None:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = connection.makefile("rb").read()

    assert b"HTTP" not in received
    assert client.get("/health").status_code == 200


def test_refusals_and_cut_off_requests_are_no_errors_over_tls(tiny_bundle: Path, pem: str) -> None:
    options = ("--tls-cert", pem, "--tls-key", pem)
    with run_serve("--bundle", str(tiny_bundle), *options) as server:
        refused = _exchange(server, pem, b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n")
        _exchange(server, pem, CUT_OFF, ends=True)
        context = ssl.create_default_context(cafile=pem)
        running = "windvane_requests_running 0.0"
        is_free = running in httpx.get(f"{server.url}/metrics", verify=context).text
        server.process.terminate()
        printed, _ = server.process.communicate(timeout=20)

    assert refused.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close" in refused.lower()
    assert is_free
    assert printed == "Stopped.\n"


def _exchange(server: ServeProcess, pem: str, sent: bytes, *, ends: bool = False) -> bytes:
    """Send bytes over TLS, and read what comes first, or end the connection."""
    context = ssl.create_default_context(cafile=pem)
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    with (
        socket.create_connection(address, timeout=20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as secured,
    ):
        secured.sendall(sent)
        if ends:
            secured.unwrap().close()
            return b""
        return secured.recv(65536)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--tls-cert", "{pem}"), "There is a TLS certificate alone; set WINDVANE_TLS_KEY"),
        (("--tls-key", "{pem}"), "There is a TLS key alone; set WINDVANE_TLS_CERT"),
        (
            ("--tls-cert", "Makefile", "--tls-key", "{pem}"),
            "Makefile holds no certificate in PEM form",
        ),
    ],
    ids=["no-key", "no-certificate", "no-pem"],
)
def test_serve_says_in_a_sentence_what_is_wrong_with_the_files(
    pem: str, options: tuple[str, ...], message: str
) -> None:
    given = [option.format(pem=pem) for option in options]

    done = subprocess.run(
        serve_command("--port", "0", *given),
        cwd=ROOT,
        env={**os.environ, **RECORD_NOTHING},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
