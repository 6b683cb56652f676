"""An AWS service in trouble, on loopback: it refuses, throttles, drips, or never answers."""

import http.client
import itertools
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
DYNAMODB_JSON = "application/x-amz-json-1.0"
DRIP_SECONDS = 0.2

Fault = Callable[["FaultHandler"], None]


class FaultHandler(BaseHTTPRequestHandler):
    """Answers every request with the server's fault."""

    protocol_version = "HTTP/1.1"
    server: "FaultServer"

    def answer(self, status: int, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has
        """Keep quiet."""

    def _fail(self) -> None:
        self.server.fault(self)

    do_GET = do_POST = _fail  # noqa: N815 - the names that they have


class FaultServer(ThreadingHTTPServer):
    """Serves one fault; ``ended`` is set as soon as it is to end."""

    daemon_threads = True

    def __init__(self, fault: Fault) -> None:
        super().__init__((LOOPBACK, 0), FaultHandler)
        self.fault = fault
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a caller that has hung up; that is what these servers make it do."""


@contextmanager
def run_fault_server(fault: Fault) -> Iterator[FaultServer]:
    """Serve a fault until the block ends."""
    server = FaultServer(fault)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


def refuse_s3(status: int, code: str) -> Fault:
    """Answer as S3 does, in XML."""
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code></Error>".encode()
    return lambda handler: handler.answer(status, "application/xml", body)


def refuse_dynamodb(kind: str) -> Fault:
    """Answer as DynamoDB does, in JSON, with one of its exceptions."""
    body = b'{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"no"}' % kind.encode()

    def refuse(handler: FaultHandler) -> None:
        handler.read_body()
        handler.answer(400, DYNAMODB_JSON, body)

    return refuse


def pass_on(url: str) -> Fault:
    """Have a server that works answer."""

    def answer(handler: FaultHandler) -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        with closing(connection):
            body, headers = handler.read_body(), dict(handler.headers)
            connection.request(handler.command, handler.path, body, headers)
            passed_on = connection.getresponse()
            content_type = passed_on.headers["Content-Type"]
            handler.answer(passed_on.status, content_type, passed_on.read())

    return answer


def change_after(requests: int, first: Fault, then: Fault) -> Fault:
    """Do one thing for some requests, and another for all that follow."""
    numbers = itertools.count()
    return lambda handler: (first if next(numbers) < requests else then)(handler)


def hang(handler: FaultHandler) -> None:
    """Take the request and never answer."""
    handler.server.ended.wait()
    handler.close_connection = True


def drip(handler: FaultHandler) -> None:
    """Answer with what was asked for, a byte at a time: never silent, never done."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d+)", handler.headers.get("Range", "bytes=0-999999"))
    first, last = (int(offset) for offset in asked.groups()) if asked else (0, 0)
    handler.send_response(206 if "Range" in handler.headers else 200)
    handler.send_header("Content-Length", str(last - first + 1))
    handler.end_headers()
    while not handler.server.ended.wait(DRIP_SECONDS):
        handler.wfile.write(b" ")
    handler.close_connection = True
