"""``windvane serve`` in a process of its own, and what the classifier says without it."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, cast

from benchmarks.load.closed_loop import Expected
from benchmarks.processes import ROOT, PeerProcessError, stop
from windvane.bundle_store import open_bundle
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.classifier import Classifier

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")


@contextmanager
def serve(environ: Mapping[str, str]) -> Iterator[int]:
    """Serve on a free port of loopback until the block ends; gives the port.

    Raises:
        PeerProcessError: It did not start.
    """
    command = [sys.executable, "-m", "windvane.cli.main", "serve", "--port", "0"]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command,
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    output = cast(IO[str], process.stdout)
    try:
        port = _read_port(output)
        # Nobody reads its log lines, and a pipe that is full would stop it.
        threading.Thread(target=output.read, daemon=True).start()
        yield port
    finally:
        stop(process)


def classify_texts(texts: Sequence[str], bundle: str = str(DEFAULT_BUNDLE)) -> dict[str, Expected]:
    """Ask the classifier itself what each text must be answered."""
    classifier = Classifier(open_bundle(bundle), threads=1)
    predictions = classifier.classify(texts)
    classifier.close()
    return {
        text: Expected(prediction.label, prediction.score)
        for text, prediction in zip(texts, predictions, strict=True)
    }


def _read_port(output: IO[str]) -> int:
    for line in output:
        if found := ADDRESS.search(line):
            return int(found[1])
    raise PeerProcessError("windvane serve did not start.")
