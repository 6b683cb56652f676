"""A fake S3 that takes little CPU time: serves the files of a folder, whole or in ranges."""

import os
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO


class FileRequestHandler(BaseHTTPRequestHandler):
    """Sends a file by its name, with sendfile from memory."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    files: Mapping[str, BinaryIO]

    def do_GET(self) -> None:
        """Send the file, or the requested range."""
        file = self.files[Path(self.path).name]
        start, end = 0, os.fstat(file.fileno()).st_size
        byte_range = self.headers.get("range")
        if byte_range:
            first, _, last = byte_range.removeprefix("bytes=").partition("-")
            start, end = int(first), min(end, int(last) + 1)
        self.send_response(HTTPStatus.PARTIAL_CONTENT if byte_range else HTTPStatus.OK)
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        while start < end:
            start += os.sendfile(self.connection.fileno(), file.fileno(), start, end - start)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Log nothing."""


def main(folder: str) -> None:
    """Serve until the process ends; the first line of output is the port."""
    FileRequestHandler.files = {path.name: _copy_to_memory(path) for path in Path(folder).iterdir()}
    server = ThreadingHTTPServer(("127.0.0.1", 0), FileRequestHandler)
    print(server.server_port, flush=True)  # noqa: T201 - the parent reads it
    server.serve_forever()


def _copy_to_memory(path: Path) -> BinaryIO:
    """Copy a file into memory, which dropping the page cache leaves alone."""
    file = os.fdopen(os.memfd_create(path.name), "w+b")
    file.write(path.read_bytes())
    file.flush()
    return file


if __name__ == "__main__":
    main(*sys.argv[1:])
