"""wrk as the load generator: its command, its results, and what to do without it."""

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from benchmarks.latency import Latency
from benchmarks.wrk import SCRIPT, WrkError, read_wrk_version, run_wrk

RESULTS = (
    '{"requests":200,"duration_us":2000000,"errors":3,"refused":0,'
    '"p50_us":5000,"p95_us":7000,"p99_us":9000}'
)
BODIES = [b'{"text": "one"}', b'{"text": "it\'s two"}']


def install_wrk(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program of that name first in the path."""
    program = folder / "wrk"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_missing_wrk_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(WrkError, match="apt-get install wrk"):
        read_wrk_version()


def test_version_is_what_wrk_prints_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install_wrk(tmp_path, monkeypatch, "echo 'wrk debian/4.1.0-3+b2 [epoll] Copyright'; exit 1")

    assert read_wrk_version() == "debian/4.1.0-3+b2"


def test_results_are_in_milliseconds_and_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_wrk(tmp_path, monkeypatch, f"echo \"$@\" > {tmp_path}/called; echo; echo '{RESULTS}'")

    measured = run_wrk(8080, "/sentiment", BODIES, clients=8, seconds=2)

    assert measured.latency == Latency(5, 7, 9)
    assert (measured.per_second, measured.errors) == (100, 3)
    called = (tmp_path / "called").read_text()
    assert "--connections 8 --duration 2s" in called
    assert called.endswith(
        'http://127.0.0.1:8080/sentiment -- {"text": "one"} {"text": "it\'s two"}\n'
    )


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        pytest.param("echo 'unable to connect' >&2; exit 1", "unable to connect", id="failed"),
        pytest.param(f"echo '{RESULTS.replace(':200,', ':0,')}'", "No request", id="no response"),
        pytest.param(
            f"echo '{RESULTS.replace(':0,', ':9,')}'",
            "9 of 200 responses to /sentiment had a status over 399",
            id="refusals",
        ),
    ],
)
def test_failed_run_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    install_wrk(tmp_path, monkeypatch, script)

    with pytest.raises(WrkError, match=reason):
        run_wrk(8080, "/sentiment", BODIES, clients=1, seconds=1)


@contextmanager
def serve(statuses: Mapping[bytes, int]) -> Iterator[tuple[int, list[bytes]]]:
    """Respond to each body with its status; yield the port, and the bodies as they come."""
    received: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(statuses[received[-1]])
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, received
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
def test_wrk_posts_the_bodies_in_turn() -> None:
    with serve(dict.fromkeys(BODIES, 200)) as (port, received):
        measured = run_wrk(port, "/sentiment", BODIES, clients=1, seconds=1)

    assert SCRIPT.exists()
    assert sorted(received[:2]) == sorted(BODIES)
    assert received[2:4] == received[:2]
    assert measured.requests > 4
    assert measured.errors == 0


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
def test_run_whose_requests_are_refused_is_an_error() -> None:
    statuses = dict(zip(BODIES, (200, 503), strict=True))

    with (
        serve(statuses) as (port, _),
        pytest.raises(WrkError, match="responses to /sentiment had a status over 399"),
    ):
        run_wrk(port, "/sentiment", BODIES, clients=1, seconds=1)
