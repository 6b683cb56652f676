"""Asks a server for a while: ``python -m benchmarks.http_load PORT PATH CLIENTS SECONDS``.

A process of its own, so that it shares no interpreter with a server. Loopback only; it ends when
the time is over. Writes one JSON object.
"""

import http.client
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from typing import Any

from benchmarks.texts import SHORT_TEXTS

HOST = "127.0.0.1"
TIMEOUT_SECONDS = 60
HEADERS = {"Content-Type": "application/json"}
BODIES = [json.dumps({"text": text}).encode() for text in SHORT_TEXTS]


def post(connection: http.client.HTTPConnection, path: str, number: int) -> bool:
    """Post one of the short texts on a kept connection and read the whole answer.

    Returns:
        Whether the status was 200.
    """
    connection.request("POST", path, BODIES[number % len(BODIES)], HEADERS)
    response = connection.getresponse()
    response.read()
    return response.status == HTTPStatus.OK


def ask_until(port: int, path: str, end: float) -> dict[str, Any]:
    """Ask one thing after the other on one connection until ``end`` (``time.perf_counter``)."""
    milliseconds: list[float] = []
    errors = 0
    with closing(http.client.HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS)) as connection:
        while (start := time.perf_counter()) < end:
            errors += not post(connection, path, len(milliseconds))
            milliseconds.append((time.perf_counter() - start) * 1000)
    return {"ms": milliseconds, "errors": errors}


def load(port: int, path: str, *, clients: int, seconds: float) -> dict[str, Any]:
    """Let several clients ask at once.

    Returns:
        ``ms`` of every answer, how many ``seconds`` it took, and the ``errors``.
    """
    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        ends = [start + seconds] * clients
        answers = list(pool.map(lambda end: ask_until(port, path, end), ends))
    return {
        "ms": [milliseconds for answer in answers for milliseconds in answer["ms"]],
        "seconds": time.perf_counter() - start,
        "errors": sum(answer["errors"] for answer in answers),
    }


def main(arguments: Sequence[str]) -> None:
    """Load a server and write what came of it."""
    port, path, clients, seconds = arguments
    measured = load(int(port), path, clients=int(clients), seconds=float(seconds))
    sys.stdout.write(json.dumps(measured) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
