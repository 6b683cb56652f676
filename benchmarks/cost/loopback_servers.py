"""Loopback stand-ins for the two services that a function speaks to while it answers."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"
FAR_FUTURE_MS = "32503680000000"

Item = dict[str, Any]


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def read_body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Stay silent."""


@dataclass(frozen=True)
class Invocation:
    """What came of one event.

    Attributes:
        milliseconds: From handing it to the runtime client until its answer was there.
        answer: What the handler returned.
        failed: Whether the client reported an error.
    """

    milliseconds: float
    answer: dict[str, Any]
    failed: bool


class RuntimeApi:
    """Hands events to a function, as Lambda does.

    https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
    """

    def __init__(self) -> None:
        """Start with no events."""
        self.ready = threading.Event()
        self.events: queue.Queue[bytes | None] = queue.Queue()
        self.answers: queue.Queue[Invocation] = queue.Queue()
        self.handed_over = 0.0

    def invoke(self, event: dict[str, Any], *, timeout_seconds: float) -> Invocation:
        """Hand an event over and wait for the answer.

        Raises:
            queue.Empty: There was none in time.
        """
        self.events.put(json.dumps(event).encode())
        return self.answers.get(timeout=timeout_seconds)

    def build_handler(self) -> type[_Answers]:
        """Build what answers the runtime client."""
        api = self

        class Handler(_Answers):
            def do_GET(self) -> None:
                api.ready.set()
                event = api.events.get()
                if event is None:  # the end
                    self.close_connection = True
                    return
                headers = {
                    "Lambda-Runtime-Aws-Request-Id": REQUEST_ID,
                    "Lambda-Runtime-Deadline-Ms": FAR_FUTURE_MS,
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:1:function:f",
                    "Content-Type": "application/json",
                }
                api.handed_over = time.perf_counter()
                self.answer(HTTPStatus.OK, event, headers)

            def do_POST(self) -> None:
                body = self.read_body()
                milliseconds = (time.perf_counter() - api.handed_over) * 1e3
                self.answer(HTTPStatus.ACCEPTED, b"", {})
                failed = not self.path.endswith("/response")
                api.answers.put(Invocation(milliseconds, json.loads(body), failed))

        return Handler


class ResultTable:
    """Takes records after the time that DynamoDB is assumed to take, and keeps the last ones."""

    def __init__(self, wait_ms: float, wait_ms_per_record: float) -> None:
        """Keep how long a batch takes."""
        self._wait_ms = wait_ms
        self._wait_ms_per_record = wait_ms_per_record
        self.last_items: list[Item] = []

    def build_handler(self) -> type[_Answers]:
        """Build what answers BatchWriteItem."""
        table = self

        class Handler(_Answers):
            def do_POST(self) -> None:
                until = time.perf_counter()
                asked = json.loads(self.read_body())["RequestItems"]
                items = [put["PutRequest"]["Item"] for puts in asked.values() for put in puts]
                until += (table._wait_ms + table._wait_ms_per_record * len(items)) / 1e3
                table.last_items = items
                time.sleep(max(0.0, until - time.perf_counter()))
                content_type = {"Content-Type": "application/x-amz-json-1.0"}
                self.answer(HTTPStatus.OK, b'{"UnprocessedItems":{}}', content_type)

        return Handler


@contextmanager
def serve(handler: type[_Answers]) -> Iterator[str]:
    """Serve on a free loopback port; gives ``host:port``."""
    server = ThreadingHTTPServer((HOST, 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
