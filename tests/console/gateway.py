"""The function behind what API Gateway does: a stage's prefix, and a key for what is not open."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aws_lambda_powertools.utilities.typing import LambdaContext

from infra.gateway_problems import GATEWAY_PROBLEMS
from tests.windvane.api.clients import Resolver
from tests.windvane.api.events import build_rest_event
from windvane.facts import OPEN_PATHS

STAGE = "prod"
KEY = "a-key-of-the-test"
[KEY_NEEDED] = [problem for problem in GATEWAY_PROBLEMS if problem.name == "key-needed"]


@contextmanager
def run_gateway(app: Resolver) -> Iterator[str]:
    """Answer on a free port until the block ends; gives the address with the stage."""
    server = _Gateway(("127.0.0.1", 0), _Handler)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{STAGE}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Gateway(ThreadingHTTPServer):
    app: Resolver
    one_at_a_time = threading.Lock()
    """As a function answers."""


class _Handler(BaseHTTPRequestHandler):
    server: _Gateway
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        address = urlsplit(self.path)
        path = address.path.removeprefix(f"/{STAGE}") or "/"
        if not address.path.startswith(f"/{STAGE}") or not self._may_ask(path):
            headers = {"Content-Type": ["application/problem+json"]}
            self._send(403, headers, KEY_NEEDED.body)
            return
        event = build_rest_event(self.command, path, body or None, dict(self.headers), stage=STAGE)
        event["requestContext"]["path"] = address.path
        query = parse_qs(address.query)
        event["multiValueQueryStringParameters"] = query or None
        event["queryStringParameters"] = {name: v[-1] for name, v in query.items()} or None
        with self.server.one_at_a_time:
            answer = json.loads(json.dumps(self.server.app.resolve(event, LambdaContext())))
        self._send(answer["statusCode"], answer["multiValueHeaders"], answer["body"] or "")

    def _may_ask(self, path: str) -> bool:
        is_open = path in OPEN_PATHS or path.startswith("/console/")
        return is_open or self.headers.get("x-api-key") == KEY

    def _send(self, status: int, headers: dict[str, list[str]], text: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, values in headers.items():
            for value in values:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
