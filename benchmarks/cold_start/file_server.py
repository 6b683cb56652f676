"""A stand-in for S3 that takes little processor time: a folder's files, whole or in ranges."""

import os
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO


class FileRequestHandler(BaseHTTPRequestHandler):
    """Sends a file by its name, from memory, which the kernel does without a copy."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    files: Mapping[str, BinaryIO]

    def do_GET(self) -> None:
        """Send the bytes that are asked for."""
        file = self.files[Path(self.path).name]
        start, end = 0, os.fstat(file.fileno()).st_size
        asked = self.headers.get("range")
        if asked:
            first, _, last = asked.removeprefix("bytes=").partition("-")
            start, end = int(first), min(end, int(last) + 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT if asked else HTTPStatus.OK)
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        while start < end:
            start += os.sendfile(self.connection.fileno(), file.fileno(), start, end - start)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


def main(folder: str) -> None:
    """Serve until the process is ended; the first line said is the port."""
    FileRequestHandler.files = {path.name: _keep(path) for path in Path(folder).iterdir()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), FileRequestHandler)
    print(server.server_port, flush=True)  # noqa: T201 - read by whoever started this
    server.serve_forever()


def _keep(path: Path) -> BinaryIO:
    """Copy a file into memory, out of the page cache, which may be emptied."""
    file = os.fdopen(os.memfd_create(path.name), "w+b")
    file.write(path.read_bytes())
    file.flush()
    return file


if __name__ == "__main__":
    main(*sys.argv[1:])
