"""What a server imports until it serves, in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.windvane.api.serve_process import ROOT
from windvane.server import server_start
from windvane.settings import load_settings

SCRIPT = """
import json, os, signal, socket, sys
from windvane.server.server_start import start_server
from windvane.settings import load_settings

def announce(manifest):
    print(json.dumps(sorted(sys.modules)), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)

with socket.create_server(("127.0.0.1", 0)) as listener:
    start_server(load_settings(os.environ), listener, announce)
print(json.dumps(os.environ.get("OPENBLAS_NUM_THREADS")))
"""
NOT_NEEDED = {
    "boto3",
    "botocore.session",
    "openpyxl",
    "prometheus_client.multiprocess",
    "pydantic",
    "rich",
    "windvane.aws",
    "windvane.bundle_download",
    "windvane.jobs",
    "windvane.monitoring",
    "windvane.result_log.dynamodb",
    "windvane.server.access_log",
    "windvane.server.root_path",
    "windvane.server.tls",
    "windvane.shadow",
}
"""Packages and modules for other settings than the default, and of other commands."""
MOST_OWN_MODULES = 110
"""There were 100 when this was written; each takes about 0.2 ms."""


@pytest.fixture(scope="module")
def output(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Lines that a server with a SQLite log printed."""
    log = tmp_path_factory.mktemp("log") / "results.db"
    environ = {
        "WINDVANE_BUNDLE_URI": str(tiny_bundle),
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{log}",
    }
    process = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout.splitlines()


def test_server_imports_nothing_at_start_that_its_settings_do_not_need(output: list[str]) -> None:
    modules = set(json.loads(output[0]))

    assert "windvane.server.local_server" in modules
    not_needed = [name for name in modules if _is_below(name, NOT_NEEDED)]
    assert not_needed == []
    own = [name for name in modules if name.partition(".")[0] == "windvane"]
    assert len(own) <= MOST_OWN_MODULES


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket for a start in this process, whose handling of SIGTERM is restored."""
    usual = signal.getsignal(signal.SIGTERM)
    with socket.create_server(("127.0.0.1", 0)) as server_socket:
        yield server_socket
    signal.signal(signal.SIGTERM, usual)


def _fail_to_import(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket, cause: BaseException | None
) -> None:
    def open_model(*_: object, **__: object) -> None:
        raise ImportError("initialization failed") from cause

    monkeypatch.setattr(server_start, "ModelOpening", open_model)
    server_start.start_server(load_settings({}), listener, lambda _: None)


def test_signal_that_an_import_turns_into_an_error_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket
) -> None:
    _fail_to_import(monkeypatch, listener, KeyboardInterrupt())


def test_import_that_fails_by_itself_is_no_signal(
    monkeypatch: pytest.MonkeyPatch, listener: socket.socket
) -> None:
    with pytest.raises(ImportError, match="initialization"):
        _fail_to_import(monkeypatch, listener, None)


def _is_below(module: str, parts: Iterable[str]) -> bool:
    return any(f"{module}.".startswith(f"{part}.") for part in parts)


def test_server_leaves_numpy_one_thread(output: list[str]) -> None:
    assert json.loads(output[1]) == os.environ.get("OPENBLAS_NUM_THREADS", "1")
