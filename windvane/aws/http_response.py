"""Reads HTTP/1.1 responses by a strict form of the grammar in RFC 9112."""

import re
import socket
from io import BufferedReader
from typing import Self

MAX_HEAD_BYTES = 64 * 1024
MAX_CHUNK_LINE_BYTES = 1024
READ_BYTES = 64 * 1024
MAX_HEADERS = 100
SWITCHING = b"101"
FIRST_FINAL_STATUS = 200
WITHOUT_BODY = (204, 304)
FRAMING = frozenset({"content-length", "transfer-encoding"})

# RFC 9112, sections 4, 5 and 7.1, without what it lets a recipient tolerate.
_STATUS_LINE = re.compile(rb"(HTTP/1\.[01]) ([1-5][0-9]{2})(?: [\t -~\x80-\xff]*)?")
_HEADER_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t -~\x80-\xff]*)")
_LENGTH = re.compile(r"[0-9]{1,15}")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[\t ]*;[\t -~\x80-\xff]*)?")


class HttpError(Exception):
    """The response is not HTTP/1.1, or is incomplete."""


class HttpResponse:
    """A response: status and headers, and a body that is read on demand.

    Attributes:
        status: HTTP status.
        headers: By name in lower case.
        length: Bytes of the body still to be read; None if the response does not state its length.
    """

    status: int
    headers: dict[str, str]
    length: int | None

    def __init__(self, sock: socket.socket, file: BufferedReader | None = None) -> None:
        """Wrap a connection on which a response is expected.

        Args:
            sock: The connection.
            file: What reads it, if it was read before.
        """
        self._sock = sock
        self._file = file or sock.makefile("rb")
        self._left_in_head = MAX_HEAD_BYTES
        self._left_in_chunk = 0
        self._is_over = self._is_keep_alive = self._is_chunked = False

    def begin(self) -> None:
        """Read the status line and the headers.

        Raises:
            HttpError: It is not an HTTP response.
            OSError: The connection broke.
        """
        self.status, version = self._read_status()
        self.headers = self._read_headers()
        self._is_chunked = self._read_is_chunked(version)
        self.length = self._read_length()
        options = self.headers.get("connection", "").lower()
        is_counted = self._is_chunked or self.length is not None
        self._is_keep_alive = is_counted and (version == b"HTTP/1.1" and "close" not in options)
        if self.length == 0:
            self._end()

    def __enter__(self) -> Self:
        """Return the response; the end of the block closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the response."""
        self.close()

    @property
    def is_read(self) -> bool:
        """Whether the whole body was read."""
        return self._is_over

    @property
    def may_be_followed(self) -> bool:
        """Whether another request may be sent on the same connection."""
        return self._is_over and self._is_keep_alive

    def read(self, limit: int | None = None) -> bytes:
        """Read the body, or at most ``limit`` bytes of it.

        Raises:
            HttpError: It ended early.
            OSError: The connection broke.
        """
        content = bytearray()
        while limit is None or len(content) < limit:
            wanted = READ_BYTES if limit is None else min(READ_BYTES, limit - len(content))
            buffer = bytearray(wanted)
            received = self.readinto(memoryview(buffer))
            if not received:
                break
            content += buffer[:received]
        return bytes(content)

    def readinto(self, buffer: memoryview) -> int:
        """Read part of the body; returns 0 at its end.

        Raises:
            HttpError: It ended early.
            OSError: The connection broke.
        """
        if self._is_over:
            return 0
        if self._is_chunked and not self._left_in_chunk and not self._open_chunk():
            return 0
        left = self._left_in_chunk if self._is_chunked else self.length
        try:
            received = self._file.readinto(buffer if left is None else buffer[:left])
        except ValueError as error:  # another thread closed it
            raise HttpError("the connection was closed") from error
        if left is None:
            if not received:
                self._end()
            return received
        if not received:
            raise HttpError("the response ended early")
        self._count(received)
        return received

    def close(self) -> None:
        """Stop reading; what was not read to its end cannot be followed."""
        if not self.may_be_followed:
            self._file.close()

    def _end(self) -> None:
        self._is_over = True
        if not self._is_keep_alive:
            self._file.close()
            self._sock.close()

    def _count(self, received: int) -> None:
        if self.length is not None:
            self.length -= received
            if self.length == 0:
                self._end()
            return
        self._left_in_chunk -= received
        if not self._left_in_chunk and self._read_chunk_line():
            raise HttpError("a chunk is longer than it says")

    def _open_chunk(self) -> bool:
        """Read the size of the next chunk; return whether there is one (RFC 9112, section 7.1)."""
        line = _CHUNK_LINE.fullmatch(self._read_chunk_line())
        if line is None:
            raise HttpError("a chunk has no size")
        self._left_in_chunk = int(line[1], 16)
        if not self._left_in_chunk:
            self._read_headers()
            self._end()
        return not self._is_over

    def _read_chunk_line(self) -> bytes:
        left, self._left_in_head = self._left_in_head, MAX_CHUNK_LINE_BYTES
        line = self._read_line()
        self._left_in_head = left
        return line

    def _read_status(self) -> tuple[int, bytes]:
        while True:
            line = _STATUS_LINE.fullmatch(self._read_line())
            if line is None or line[2] == SWITCHING:
                raise HttpError("the response is not HTTP/1.1")
            if int(line[2]) >= FIRST_FINAL_STATUS:
                return int(line[2]), line[1]
            self._read_headers()

    def _read_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while line := self._read_line():
            field = _HEADER_LINE.fullmatch(line)
            if field is None or len(headers) == MAX_HEADERS:
                raise HttpError("the response's headers cannot be read")
            name, value = field[1].decode().lower(), field[2].decode("latin-1").strip(" \t")
            if name in headers and name in FRAMING:
                raise HttpError("the response states its length twice")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return headers

    def _read_is_chunked(self, version: bytes) -> bool:
        coding = self.headers.get("transfer-encoding")
        if coding is None:
            return False
        is_plain = coding.lower() == "chunked" and version == b"HTTP/1.1"
        if not is_plain or "content-length" in self.headers:
            raise HttpError("the response's length cannot be read")
        return True

    def _read_length(self) -> int | None:
        length = self.headers.get("content-length")
        if length is not None and not _LENGTH.fullmatch(length):
            raise HttpError("the response's length cannot be read")
        if self.status in WITHOUT_BODY:
            return 0
        return None if length is None else int(length)

    def _read_line(self) -> bytes:
        """Read a line of the head or the trailers; all of them together are bounded."""
        try:
            line = self._file.readline(self._left_in_head)
        except ValueError as error:  # another thread closed it
            raise HttpError("the connection was closed") from error
        self._left_in_head -= len(line)
        if not line.endswith(b"\r\n"):
            raise HttpError("the response ended early, or a line of it is too long")
        return line[:-2]
