"""A service that answers as a script says, and remembers what it was sent."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

KEY = "a-key-of-twenty-characters"
RESULT_ID = "01a20608-c3dd-7ad0-8416-7c41f68e9f62"
MODEL = "tiny@0123456789ab"
ONE_RESULT = f"/v1/results/{RESULT_ID}"
CLASSIFIED = {
    "sentiment": "positive",
    "score": 0.9,
    "scores": {"negative": 0.1, "positive": 0.9},
    "model": MODEL,
    "result_id": RESULT_ID,
    "logged": True,
}


def problem(status: int, name: str) -> tuple[int, Any]:
    return status, {"type": f"urn:windvane:problem:{name}", "status": status}


GOOD_ANSWERS: dict[str, tuple[int, Any]] = {
    "GET /health": (200, {"status": "ok", "model": MODEL}),
    "GET /v1/model": problem(403, "key-needed"),
    "POST /sentiment": (200, CLASSIFIED),
    f"GET {ONE_RESULT}": (200, {"result_id": RESULT_ID, "label": "positive"}),
    f"DELETE {ONE_RESULT}": (204, None),
    "GET deleted": problem(404, "result-not-found"),
}
"""Status and body by request; ``GET deleted`` is that of the result after its deletion."""


@dataclass
class ScriptedService:
    """A service that runs.

    Attributes:
        url: Its address.
        answers: Status and body by request; a body in bytes is sent as it is, and a status of 0
            closes the connection.
        headers: Of each response.
        sent: Method, path and headers of each request.
    """

    url: str
    answers: dict[str, tuple[int, Any]]
    headers: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    def find_answer(self, method: str, path: str) -> tuple[int, Any]:
        was_deleted = any(method == "DELETE" for method, _, _ in self.sent[:-1])
        if method == "GET" and path == ONE_RESULT and was_deleted:
            return self.answers["GET deleted"]
        return self.answers[f"{method} {path}"]


@contextmanager
def run_scripted_service(
    changed: Mapping[str, tuple[int, Any]], *, certificate: Path | None = None
) -> Iterator[ScriptedService]:
    """Serve on loopback until the block ends, with some answers that are not the good ones.

    Args:
        changed: The answers that differ.
        certificate: Serves HTTPS with this certificate and its key.
    """
    service = ScriptedService("", {**GOOD_ANSWERS, **changed})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            self.rfile.read(length)
            path = urlsplit(self.path).path
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.sent.append((self.command, path, headers))
            status, body = service.find_answer(self.command, path)
            if status == 0:
                self.close_connection = True
                return
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            content = b"" if body is None else content
            self.send_response(status)
            for name, value in {**service.headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - http.server's names
        do_DELETE = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    service.url = f"{'http' if certificate is None else 'https'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
