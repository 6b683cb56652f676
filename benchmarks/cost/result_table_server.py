"""A fake DynamoDB on loopback that takes as long as AWS's is assumed to take."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class ResultTable(ThreadingHTTPServer):
    """Accepts BatchWriteItem.

    Attributes:
        last_items: Records of the last batch, in DynamoDB's JSON.
    """

    def __init__(self, wait_ms: float, wait_ms_per_record: float) -> None:
        super().__init__(("127.0.0.1", 0), _BatchWriteHandler)
        self.wait_ms = wait_ms
        self.wait_ms_per_record = wait_ms_per_record
        self.last_items: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.server_port}"


class _BatchWriteHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ResultTable

    def do_POST(self) -> None:
        table = self.server
        started = time.perf_counter()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        puts = [put for puts in json.loads(body)["RequestItems"].values() for put in puts]
        table.last_items = [put["PutRequest"]["Item"] for put in puts]
        seconds = (table.wait_ms + table.wait_ms_per_record * len(puts)) / 1e3
        time.sleep(max(0.0, started + seconds - time.perf_counter()))
        response = b'{"UnprocessedItems":{}}'
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(response)))
        self.end_headers()
        self.wfile.write(response)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Log nothing."""


@contextmanager
def serve_result_table(wait_ms: float, wait_ms_per_record: float) -> Iterator[ResultTable]:
    """Serve a table on a free port until the block ends."""
    with ResultTable(wait_ms, wait_ms_per_record) as table:
        thread = threading.Thread(target=table.serve_forever, daemon=True)
        thread.start()
        try:
            yield table
        finally:
            table.shutdown()
            thread.join()
