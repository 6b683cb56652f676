"""A keep-alive HTTP/1.1 connection to S3, DynamoDB or Lambda's credentials endpoint.

The standard library's client parses headers with its e-mail package, whose import would lengthen
every cold start (see DECISIONS.md).
"""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from typing import TYPE_CHECKING

from windvane.aws.host_lookup import look_up
from windvane.aws.http_response import HttpError, HttpResponse

if TYPE_CHECKING:
    import ssl

    from windvane.aws.network_variables import Proxy

DEFAULT_PORTS = {False: 80, True: 443}


class HttpConnection:
    """A connection, opened when needed and kept alive as long as the server allows.

    Attributes:
        timeout: Seconds that each socket operation may take.
        sock: The socket, or None while not connected.
    """

    def __init__(
        self,
        host: str,
        *,
        tls_context: "ssl.SSLContext | None" = None,
        proxy: "Proxy | None" = None,
        timeout: float = 60.0,
    ) -> None:
        """Prepare the connection; the first request opens it.

        Args:
            host: Name or address, with the port if it is not the default.
            tls_context: TLS settings; None for plain HTTP.
            proxy: Leads to the host; used only with TLS.
            timeout: Seconds that each socket operation may take.
        """
        self.timeout = timeout
        self.sock: socket.socket | None = None
        self._host = host
        self._tls_context = tls_context
        self._proxy = proxy
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
        until = time.monotonic() + self.timeout
        first = (name, port) if self._proxy is None else self._proxy[:2]
        sock = _connect_any(look_up(*first, self.timeout), until)
        self.sock = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._proxy is not None:
            from windvane.aws.proxy_tunnel import open_tunnel

            open_tunnel(sock, self._proxy, name, port)
        if self._tls_context is not None:
            tls = self._tls_context.wrap_socket(
                sock, server_hostname=name, do_handshake_on_connect=False
            )
            self.sock = sock = tls
            tls.do_handshake()
        return sock


def _connect_any(addresses: list[tuple[str, int]], until: float) -> socket.socket:
    """Connect to the first address that accepts; all tries together keep the deadline."""
    fault: OSError = TimeoutError("no time was left to connect")
    for address in addresses:
        left = until - time.monotonic()
        if left <= 0:
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
