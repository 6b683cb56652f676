"""A tunnel through an HTTP proxy, in which TLS then runs (RFC 9110, section 9.3.6)."""

import socket

from windvane.aws.http_response import HttpError, HttpResponse
from windvane.aws.network_variables import Proxy

SUCCESS = range(200, 300)


def open_tunnel(sock: socket.socket, proxy: Proxy, name: str, port: int) -> None:
    """Let a proxy connect to a host.

    Args:
        sock: The connection to the proxy.
        proxy: The proxy.
        name: The host to reach.
        port: Its port.

    Raises:
        HttpError: The proxy refused.
        OSError: The connection broke.
    """
    target = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"host: {target}"]
    if proxy.authorization:
        lines.append(f"proxy-authorization: {proxy.authorization}")
    sock.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
    with sock.makefile("rb") as file:  # TLS servers never speak first, so it reads only the head
        response = HttpResponse(sock, file)
        response.begin()
    if response.status not in SUCCESS:
        raise HttpError(f"the proxy answered {response.status}")
