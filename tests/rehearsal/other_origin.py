"""``python -m tests.rehearsal.other_origin``: a page of another origin calls the API in a browser.

Runs in the emulator's own Python, which has the browser's driver, and reads a `Visit` as JSON from
stdin. Prints what the page got for each request, or ``null`` if there is no browser.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypedDict
from urllib.parse import urlsplit

from tests.console.browser import open_browser

PAGE = b"<!doctype html><title>A page of another origin</title>"
SCRIPT = """
async ({url, requests}) => {
  const send = async ({method, path, headers, body}) => {
    try {
      const response = await fetch(url + path, {method, headers, body});
      const correlation = response.headers.get("x-correlation-id");
      return {status: response.status, correlation, body: await response.text()};
    } catch (error) {
      return {refused: String(error)};
    }
  };
  const responses = [];
  for (const request of requests) responses.push(await send(request));
  return responses;
}
"""


class Visit(TypedDict):
    """What a page asks.

    Attributes:
        server: Address of the page's server, on a free port of the loopback interface.
        page: The same, or with another name of the interface, which makes it another origin.
        url: Endpoint of the API.
        requests: Method, path, headers and body of each request, as ``fetch`` takes them.
    """

    server: str
    page: str
    url: str
    requests: list[dict[str, Any]]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_arguments: object) -> None:
        """Stay silent: stdout has the responses."""


@contextmanager
def serve_page(address: str) -> Iterator[None]:
    """Serve the page for the block."""
    place = urlsplit(address)
    server = ThreadingHTTPServer((str(place.hostname), int(place.port or 0)), _Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def visit(visits: list[Visit]) -> Any:
    """Open each page and return its responses; None if there is no browser."""
    with open_browser() as browser:
        if browser is None:
            return None
        # The emulator made its own certificate.
        context = browser.new_context(ignore_https_errors=True)
        responses = []
        for one in visits:
            with serve_page(one["server"]):
                page = context.new_page()
                page.goto(one["page"])
                responses.append(page.evaluate(SCRIPT, dict(one)))
                page.close()
        return responses


if __name__ == "__main__":
    print(json.dumps(visit(json.load(sys.stdin))))  # noqa: T201 - the command's output
