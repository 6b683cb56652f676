import http.server
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.windvane.aws.self_signed import write_certificate
from windvane.server.health_probe import is_healthy


class HealthHandler(http.server.BaseHTTPRequestHandler):
    """Answers ``/health`` with the status of its server, and all else with 404."""

    def do_GET(self) -> None:
        self.send_response(self.server.status if self.path == "/health" else 404)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Stay silent."""


@contextmanager
def run_health_server(status: int, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve until the block ends; yield the port."""
    with http.server.HTTPServer(("127.0.0.1", 0), HealthHandler) as server:
        server.status = status  # type: ignore[attr-defined]
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_is_healthy_goes_by_the_status(status: int, healthy: bool) -> None:
    with run_health_server(status) as port:
        assert is_healthy({"PORT": str(port)}) is healthy


def test_server_that_does_not_listen_is_not_healthy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert not is_healthy({"PORT": str(port)})


def test_server_that_speaks_tls_is_asked_by_tls(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_certificate(tmp_path / "cert.pem"))
    with run_health_server(200, context) as port:
        assert is_healthy({"PORT": str(port), "WINDVANE_TLS_CERT": "cert.pem"})
        assert not is_healthy({"PORT": str(port)})
