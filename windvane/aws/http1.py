"""An HTTP/1.1 client (RFC 9112) for S3, DynamoDB and Lambda's credentials endpoint.

The standard library's client parses headers with its e-mail package, whose import would take a
twentieth of a cold start.
"""

import socket
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import ssl

MAX_LINE_BYTES = 64 * 1024
MAX_HEADERS = 100
DEFAULT_PORTS = {False: 80, True: 443}
CONTINUE = 100
WITHOUT_BODY = (204, 304)


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

    def __init__(self, sock: socket.socket) -> None:
        """Wrap a connection on which a response is expected."""
        self._sock = sock
        self._file = sock.makefile("rb")
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
        self._is_chunked = self.headers.get("transfer-encoding", "").lower() == "chunked"
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
            wanted = MAX_LINE_BYTES if limit is None else min(MAX_LINE_BYTES, limit - len(content))
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
        """Stop reading."""
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
        if not self._left_in_chunk and self._read_line():
            raise HttpError("a chunk is longer than it says")

    def _open_chunk(self) -> bool:
        """Read the size of the next chunk; return whether there is one (RFC 9112, section 7.1)."""
        size, _, _ = self._read_line().partition(b";")
        try:
            self._left_in_chunk = int(size, 16)
        except ValueError as error:
            raise HttpError("a chunk has no size") from error
        if not self._left_in_chunk:
            self._read_headers()
            self._end()
        return not self._is_over

    def _read_status(self) -> tuple[int, bytes]:
        while True:
            version, _, rest = self._read_line().partition(b" ")
            code = rest.partition(b" ")[0]
            if not (version.startswith(b"HTTP/1.") and len(code) == len(b"200") and code.isdigit()):
                raise HttpError("the answer is not HTTP/1.1")
            if int(code) != CONTINUE:
                return int(code), version
            self._read_headers()

    def _read_headers(self) -> dict[str, str]:
        headers: dict[str, str] = {}
        while line := self._read_line():
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or len(headers) == MAX_HEADERS:
                raise HttpError("the answer's headers cannot be read")
            headers[name.lower()] = value.strip()
        return headers

    def _read_length(self) -> int | None:
        if self.status in WITHOUT_BODY:
            return 0
        length = self.headers.get("content-length")
        if self._is_chunked or length is None:
            return None
        if not (length.isascii() and length.isdigit()):
            raise HttpError("the answer's length cannot be read")
        return int(length)

    def _read_line(self) -> bytes:
        line = self._file.readline(MAX_LINE_BYTES)
        if not line.endswith(b"\n"):
            raise HttpError("the answer ended early")
        return line.rstrip(b"\r\n")


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
        sock = self.sock or self._connect()
        length = {"content-length": str(len(body))} if body or method != "GET" else {}
        fields = {"host": self._host, **headers, **length}
        lines = [f"{method} {target} HTTP/1.1", *(f"{n}: {v}" for n, v in fields.items())]
        sock.sendall("\r\n".join([*lines, "", ""]).encode("ascii") + body)
        if self._response:
            self._response.close()
        self._response = HttpResponse(sock)
        self._response.begin()
        return self._response

    @property
    def is_alive(self) -> bool:
        """Whether the next request can reuse the connection."""
        return self.sock is not None and bool(self._response and self._response.may_be_followed)

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._response:
            self._response.close()
            self._response = None
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def _connect(self) -> socket.socket:
        name, port = _split_host(self._host, DEFAULT_PORTS[self._tls_context is not None])
        self.sock = socket.create_connection((name, port), self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls_context is not None:
            self.sock = self._tls_context.wrap_socket(self.sock, server_hostname=name)
        return self.sock


def _split_host(host: str, default_port: int) -> tuple[str, int]:
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return host.strip("[]"), default_port
    return name.strip("[]"), int(port)
