"""Sockets that share one port, among which the kernel distributes connections."""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def share_port(listener: socket.socket, count: int) -> Iterator[list[socket.socket]]:
    """Open listening sockets beside one, until the block ends.

    Linux distributes connections evenly among sockets with SO_REUSEPORT (socket(7)). If all workers
    listened on one socket, the first to wake up would take most of the connections that arrive
    together. Elsewhere they do: SO_REUSEPORT of other systems distributes nothing.

    Connections to a socket whose worker has ended wait for the next worker: this process keeps the
    socket open.

    Args:
        listener: A listening socket. It was bound without SO_REUSEPORT, so a port that another
            server shares in the same way was refused.
        count: Number of sockets, ``listener`` included.
    """
    if sys.platform != "linux":
        yield [listener] * count
        return
    with ExitStack() as stack:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        yield [listener, *(stack.enter_context(_open_beside(listener)) for _ in range(count - 1))]


def _open_beside(listener: socket.socket) -> socket.socket:
    beside = socket.socket(listener.family, listener.type, listener.proto)
    copied = [(socket.SOL_SOCKET, socket.SO_REUSEADDR), (socket.IPPROTO_TCP, socket.TCP_NODELAY)]
    if listener.family == socket.AF_INET6:
        copied.append((socket.IPPROTO_IPV6, socket.IPV6_V6ONLY))
    for level, option in copied:
        beside.setsockopt(level, option, listener.getsockopt(level, option))
    beside.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    beside.bind(listener.getsockname())
    beside.listen()
    return beside
