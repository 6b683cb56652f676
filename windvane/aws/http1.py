"""An HTTP/1.1 client (RFC 9112) for S3, DynamoDB and Lambda's credentials endpoint.

The standard library's client parses headers with its e-mail package, whose import would take a
twentieth of a cold start.
"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from typing import TYPE_CHECKING, Self

from windvane.aws.host_lookup import look_up

if TYPE_CHECKING:
    import ssl

MAX_HEAD_BYTES = 64 * 1024
MAX_CHUNK_LINE_BYTES = 1024
READ_BYTES = 64 * 1024
MAX_HEADERS = 100
DEFAULT_PORTS = {False: 80, True: 443}
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
            raise HttpError("the answer ended early")
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
                raise HttpError("the answer is not HTTP/1.1")
            if int(line[2]) >= FIRST_FINAL_STATUS:
                return int(line[2]), line[1]
            self._read_headers()

    def _read_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while line := self._read_line():
            field = _HEADER_LINE.fullmatch(line)
            if field is None or len(headers) == MAX_HEADERS:
                raise HttpError("the answer's headers cannot be read")
            name, value = field[1].decode().lower(), field[2].decode("latin-1").strip(" \t")
            if name in headers and name in FRAMING:
                raise HttpError("the answer states its length twice")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return headers

    def _read_is_chunked(self, version: bytes) -> bool:
        coding = self.headers.get("transfer-encoding")
        if coding is None:
            return False
        is_plain = coding.lower() == "chunked" and version == b"HTTP/1.1"
        if not is_plain or "content-length" in self.headers:
            raise HttpError("the answer's length cannot be read")
        return True

    def _read_length(self) -> int | None:
        length = self.headers.get("content-length")
        if length is not None and not _LENGTH.fullmatch(length):
            raise HttpError("the answer's length cannot be read")
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
            raise HttpError("the answer ended early, or a line of it is too long")
        return line[:-2]


class HttpConnection:
    """A connection, opened when needed and kept alive as long as the server allows.

    Attributes:
        timeout: Seconds that each socket operation may take.
        sock: The socket, or None while not connected.
    """

    def __init__(
        self, host: str, *, tls_context: "ssl.SSLContext | None" = None, timeout: float = 60.0
    ) -> None:
        """Prepare the connection; the first request opens it.

        Args:
            host: Name or address, with the port if it is not the default.
            tls_context: TLS settings; None for plain HTTP.
            timeout: Seconds that each socket operation may take.
        """
        self.timeout = timeout
        self.sock: socket.socket | None = None
        self._host = host
        self._tls_context = tls_context
        self._response: HttpResponse | None = None
        self._file: BufferedReader | None = None

    def send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        """Send a request and read the status and headers of the response.

        Args:
            method: HTTP method.
            target: Path and query, encoded.
            headers: Additional headers; ``host`` and ``content-length`` are added.
            body: The request's body.

        Raises:
            HttpError: The response is not HTTP/1.1.
            OSError: The connection broke, or could not be opened.
        """
        if not self.is_alive:
            self.close()
        length = {"content-length": str(len(body))} if body or method != "GET" else {}
        fields = {"host": self._host, **headers, **length}
        lines = [f"{method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in fields.items())]
        if " " in target or not all(line.isascii() and line.isprintable() for line in lines):
            raise HttpError("the request holds characters that none may hold")
        sock, file = self._open()
        sock.sendall("\r\n".join([*lines, "", ""]).encode("ascii") + body)
        response = self._response = HttpResponse(sock, file)
        response.begin()
        return response

    @contextmanager
    def until(self, deadline: float) -> Iterator[None]:
        """Shut the connection down at a deadline: a socket's timeout restarts with each byte.

        Args:
            deadline: In terms of `time.monotonic`; it has not passed.

        Raises:
            TimeoutError: The block took longer.
        """
        seconds = self.timeout = max(deadline - time.monotonic(), 0.001)
        if self.sock is not None and self.sock.fileno() >= 0:
            self.sock.settimeout(seconds)
        timer = threading.Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
        if time.monotonic() >= deadline:
            raise TimeoutError(f"it took longer than {seconds:.3g} s")

    def cut(self) -> None:
        """Shut the connection down; a read that is waiting in another thread fails."""
        sock = self.sock
        if isinstance(sock, socket.socket):
            with suppress(OSError):  # it was closed already
                # SSLSocket's own method would take the handshake from under the other thread.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)

    @property
    def is_alive(self) -> bool:
        """Whether the next request can reuse the connection."""
        is_kept = self.sock is not None and self._response and self._response.may_be_followed
        return bool(is_kept) and self._is_silent()

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._response:
            self._response.close()
            self._response = None
        if self._file is not None:
            self._file.close()
            self._file = None
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def _is_silent(self) -> bool:
        """Whether nothing came since the last response: neither its end nor bytes nobody asked for.

        TLS sends records of its own, so that a select says too little.
        """
        sock, file = self.sock, self._file
        if sock is None or file is None:
            return False
        try:
            sock.settimeout(0)
            return file.read(1) is None
        except (OSError, ValueError) as error:
            return isinstance(error, BlockingIOError) or type(error).__name__ == "SSLWantReadError"
        finally:
            with suppress(OSError):
                sock.settimeout(self.timeout)

    def _open(self) -> tuple[socket.socket, BufferedReader]:
        if self.sock is None or self._file is None:
            self._file = self._connect().makefile("rb")
        if self.sock is None:  # another thread closed it
            raise HttpError("the connection was closed")
        return self.sock, self._file

    def _connect(self) -> socket.socket:
        name, port = _split_host(self._host, DEFAULT_PORTS[self._tls_context is not None])
        until = None if self.timeout is None else time.monotonic() + self.timeout
        sock = _connect_any(look_up(name, port, self.timeout), until)
        self.sock = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls_context is not None:
            tls = self._tls_context.wrap_socket(
                sock, server_hostname=name, do_handshake_on_connect=False
            )
            self.sock = sock = tls
            tls.do_handshake()
        return sock


def _connect_any(addresses: list[tuple[str, int]], until: float | None) -> socket.socket:
    """Connect to the first address that accepts; all tries together keep the deadline."""
    fault: OSError = TimeoutError("no time was left to connect")
    for address in addresses:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            break
        try:
            return socket.create_connection(address, left)
        except OSError as error:
            fault = error
    raise fault


def _split_host(host: str, default_port: int) -> tuple[str, int]:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return host.strip("[]"), default_port
    if not re.fullmatch(r"[0-9]{1,5}", port):
        raise HttpError("the address has no port")
    return name.strip("[]"), int(port)
