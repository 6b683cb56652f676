"""Sockets of several workers on one port."""

import socket
import sys
from contextlib import ExitStack, suppress

import pytest

from windvane.cli.errors import CliError
from windvane.cli.serve.run import open_listener
from windvane.server.port_sharing import share_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="is Linux's SO_REUSEPORT")
CONNECTIONS = 200


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::"])  # noqa: S104 - for a moment
def test_connections_are_distributed_evenly(host: str) -> None:
    if host == "::" and not socket.has_dualstack_ipv6():
        pytest.skip("has no IPv6")
    with ExitStack() as stack:
        listener = stack.enter_context(open_listener(host, 0))
        listeners = stack.enter_context(share_port(listener, 2))
        address = ("127.0.0.1", listener.getsockname()[1])
        for _ in range(CONNECTIONS):
            stack.enter_context(socket.create_connection(address, timeout=20))
        taken = [_accept_all(each) for each in listeners]

    assert sum(taken) == CONNECTIONS
    assert min(taken) > CONNECTIONS / 4  # by chance once in 10 ** 13


def test_a_shared_port_is_taken_for_others() -> None:
    with open_listener("127.0.0.1", 0) as listener, share_port(listener, 2):
        port = listener.getsockname()[1]

        with pytest.raises(CliError, match="Address already in use"):
            open_listener("127.0.0.1", port)


def test_sockets_send_small_responses_at_once() -> None:
    with open_listener("127.0.0.1", 0) as listener, share_port(listener, 3) as listeners:
        options = [each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for each in listeners]

    assert all(options)


def _accept_all(listener: socket.socket) -> int:
    count = 0
    listener.setblocking(False)
    with suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            count += 1
    return count
