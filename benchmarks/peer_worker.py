"""One peer in a process: ``python -m benchmarks.peer_worker MODULE FOLDER SETTING``.

It writes JSON objects, one a line: first the label of a first text, then a response to each request
on standard input, until that ends.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO, cast

from benchmarks.peers.protocol import Peer, PeerModule, Setting
from benchmarks.texts import SHORT_TEXTS, build_mixed_texts

WARM_UP_CALLS = 10


def main(arguments: Sequence[str]) -> None:
    """Build the peer, classify one text, then respond to requests."""
    module, folder, setting = arguments
    responses = take_over_stdout()
    peer = cast(PeerModule, importlib.import_module(module)).build(
        Path(folder), Setting(**json.loads(setting))
    )
    write_line(responses, {"first_label": peer.classify(SHORT_TEXTS[:1])[0]})
    for line in sys.stdin:
        write_line(responses, measure(peer, json.loads(line)))


def take_over_stdout() -> TextIO:
    """Reserve standard output for responses; what libraries print goes to standard error."""
    responses = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return responses


def write_line(stream: TextIO, fields: dict[str, Any]) -> None:
    """Write one JSON object as a line."""
    stream.write(json.dumps(fields) + "\n")
    stream.flush()


def measure(peer: Peer, request: dict[str, Any]) -> dict[str, Any]:
    """Run one measurement.

    Args:
        peer: The opened peer.
        request: ``{"latency": calls}``, ``{"bulk": repeats, "texts": count}`` or
            ``{"labels": true}``.

    Returns:
        ``{"ms": [...]}`` of each call, ``{"seconds": ...}`` of the fastest repeat, or
        ``{"labels": [...]}``.

    Raises:
        ValueError: The request is none of these.
    """
    match request:
        case {"latency": calls}:
            return {"ms": time_calls(peer, calls)}
        case {"bulk": repeats, "texts": count}:
            return {"seconds": min(time_bulk(peer, count) for _ in range(repeats))}
        case {"labels": True}:
            return {"labels": peer.classify(build_mixed_texts())}
    raise ValueError(f"No such request: {request}")


def time_calls(peer: Peer, calls: int) -> list[float]:
    """Time single texts, one after the other, in milliseconds, after a short warm-up."""
    milliseconds = []
    for i in range(WARM_UP_CALLS + calls):
        texts = [SHORT_TEXTS[i % len(SHORT_TEXTS)]]
        start = time.perf_counter()
        peer.classify(texts)
        milliseconds.append((time.perf_counter() - start) * 1000)
    return milliseconds[WARM_UP_CALLS:]


def time_bulk(peer: Peer, count: int) -> float:
    """Time the first ``count`` texts of the length-mixed set at once, in seconds."""
    texts = build_mixed_texts()[:count]
    start = time.perf_counter()
    peer.classify(texts)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1:])
