"""Looks up the addresses of a host by a deadline, which the C library does not know."""

import socket
import threading


def look_up(name: str, port: int, seconds: float) -> list[tuple[str, int]]:
    """Look up a host's addresses.

    Args:
        name: Host name or address.
        port: Its port.
        seconds: Time limit.

    Returns:
        Addresses and ports, in the resolver's order.

    Raises:
        OSError: There is no such host, or the resolver took too long.
    """
    found: list[list[tuple[str, int]] | OSError] = []
    thread = threading.Thread(target=_look_up, args=(name, port, found), daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise TimeoutError("looking up the host took too long")
    if isinstance(found[0], OSError):
        raise found[0]
    return found[0]


def _look_up(name: str, port: int, found: list[list[tuple[str, int]] | OSError]) -> None:
    try:
        places = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        found.append([(str(place[4][0]), port) for place in places])
    except OSError as error:
        found.append(error)
    except (OverflowError, UnicodeError):
        found.append(OSError("the host's name or port is not one"))
