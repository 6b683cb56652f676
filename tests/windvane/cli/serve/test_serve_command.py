"""``windvane serve`` as its own process, and what it says when it cannot start."""

import os
import re
import shlex
import signal
import socket
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from tests.windvane.api.serve_process import (
    RECORD_NOTHING,
    ROOT,
    run_serve,
    serve_command,
)
from windvane.cli.errors import CliError
from windvane.cli.serve.command import serve
from windvane.cli.serve.run import open_listener
from windvane.result_log.sqlite.sqlite_log import SqliteResultLog


def _run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        serve_command(*arguments),
        cwd=ROOT,
        env={**os.environ, **RECORD_NOTHING, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_serve_prints_a_curl_line_that_works(tiny_bundle: Path) -> None:
    with run_serve("--bundle", str(tiny_bundle)) as server:
        (line,) = re.findall(r"^ *(curl .*)$", server.greeting, re.MULTILINE)
        _, _, url, _, header, _, body = shlex.split(line)
        name, _, value = header.partition(": ")

        answer = httpx.post(url, content=body, headers={name: value})

    assert answer.status_code == 200
    assert set(answer.json()) == {"sentiment", "score", "scores", "language", "model"}
    assert answer.json()["model"] in server.greeting
    assert f"{server.url}/docs" in server.greeting


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["sigint", "sigterm"])
def test_serve_stops_cleanly(tiny_bundle: Path, stop: signal.Signals) -> None:
    with run_serve("--bundle", str(tiny_bundle)) as server:
        httpx.get(f"{server.url}/health").raise_for_status()

        server.process.send_signal(stop)
        printed, _ = server.process.communicate(timeout=20)

    assert server.process.returncode == 0
    assert printed == "Stopped.\n"


def test_serve_stops_in_the_middle_of_a_long_request(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    log = {"WINDVANE_RESULT_LOG_URI": f"sqlite:///{path}"}
    limits = {"WINDVANE_MAX_BATCH_CHARS": "10000000", "WINDVANE_MAX_BATCH_TEXTS": "10000"}
    long = {"texts": ["good " * 1000] * 1000}  # some minutes

    with ThreadPoolExecutor(1) as pool, run_serve(environ=log | limits) as server:
        recorded = httpx.post(f"{server.url}/sentiment", json={"text": "good"}).json()
        running = pool.submit(httpx.post, f"{server.url}/v1/classify", json=long, timeout=60)
        wait_for_metric(server.url, "windvane_requests_running 1.0")
        started = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        printed, _ = server.process.communicate(timeout=60)
        seconds = time.monotonic() - started

    answer = running.result()
    with closing(sqlite3.connect(path)) as database:
        checked = database.execute("PRAGMA integrity_check").fetchone()
    with closing(SqliteResultLog(str(path))) as result_log:
        assert result_log.read(recorded["result_id"]) is not None
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["type"] == "urn:windvane:problem:server-stopping"
    assert checked == ("ok",)
    assert seconds < 20
    assert server.process.returncode == 0
    assert printed.endswith("Stopped.\n")
    assert "Traceback" not in printed


def wait_for_metric(url: str, line: str) -> None:
    deadline = time.monotonic() + 20
    while line not in httpx.get(f"{url}/metrics").text:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_serve_never_prints_a_text(tiny_bundle: Path) -> None:
    json_type = {"content-type": "application/json"}

    with run_serve("--bundle", str(tiny_bundle), environ={"POWERTOOLS_DEV": "true"}) as server:
        for body in ('{"text": "xyzzy"}', '{"text": "xyzzy', '{"xyzzy": 1}'):
            httpx.post(f"{server.url}/sentiment", content=body, headers=json_type)
        server.process.terminate()
        printed, _ = server.process.communicate(timeout=20)

    assert "xyzzy" not in server.greeting + printed


def test_serve_survives_what_is_not_http(tiny_bundle: Path) -> None:
    with run_serve("--bundle", str(tiny_bundle)) as server:
        port = int(server.url.rpartition(":")[2])
        for sent in (
            b"\xff\xfe\r\n\r\n",
            b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
            b"GET /health?\xff HTTP/1.1\r\nhost: a\r\n\r\n",
            b"POST /sentiment HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
        ):
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(sent)
                connection.shutdown(socket.SHUT_WR)
                answer = connection.makefile("rb").read()
            assert answer.split(b" ")[1] in {b"400", b"404"}

        assert httpx.get(f"{server.url}/health").status_code == 200


def test_serve_takes_the_port_from_the_environment(tiny_bundle: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        run = _run("--bundle", str(tiny_bundle), PORT=port)

    assert run.returncode == 2
    assert run.stderr == (
        f"Error: Cannot listen on 127.0.0.1 port {port}: Address already in use. "
        "Choose another with --host or --port.\n"
    )


def test_serve_says_which_setting_is_bad() -> None:
    run = _run("--port", "0", WINDVANE_THREADS="many")

    assert run.returncode == 2
    assert run.stderr.startswith("Error: WINDVANE_THREADS is 'many'; allowed is")
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"WINDVANE_RESULT_LOG_URI": "redis://a"}, "WINDVANE_RESULT_LOG_URI"),
        ({"WINDVANE_RESULT_LOG_URI": "dynamodb://a"}, "AWS_REGION"),
        ({"WINDVANE_BUNDLE_URI": "s3://bucket/bundles/one/"}, "AWS_REGION"),
        ({"WINDVANE_BUNDLE_URI": "s3://bucket"}, "'s3://bucket'"),
    ],
    ids=["log", "region-of-log", "region-of-bundle", "bundle"],
)
def test_serve_says_in_a_line_what_of_the_cloud_is_not_set(
    environ: dict[str, str], named: str
) -> None:
    run = _run("--port", "0", **environ)

    assert run.returncode == 2
    assert run.stderr.startswith("Error: ")
    assert named in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_serve_says_which_bundle_is_missing(tmp_path: Path) -> None:
    run = _run("--port", "0", "--bundle", str(tmp_path))

    assert run.returncode == 2
    assert str(tmp_path) in run.stderr
    assert "Traceback" not in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_serve_refuses_a_port_that_is_none(port: str) -> None:
    result = CliRunner().invoke(serve, ["--port", port])

    assert result.exit_code == 2
    assert "--port" in result.output


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "a" * 64, "::z"])
def test_open_listener_names_the_host_it_cannot_listen_on(host: str) -> None:
    with pytest.raises(CliError) as caught:
        open_listener(host, 0)

    assert f"Cannot listen on {host} port 0: " in str(caught.value)


def test_serve_records_in_the_users_own_file_unless_told_otherwise(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    environ = {"WINDVANE_RESULT_LOG_URI": "", "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}

    with run_serve("--bundle", str(tiny_bundle), environ=environ) as server:
        answer = httpx.post(f"{server.url}/sentiment", json={"text": "good"}).json()
        found = httpx.get(f"{server.url}/v1/results/{answer['result_id']}").json()

    [path] = tmp_path.rglob("results.db")
    assert answer["logged"] is True
    assert found["result_id"] == answer["result_id"]
    kept = "kept for 30 days, without the texts (WINDVANE_STORE_TEXT=full keeps them), in"
    assert f"{kept} {path}\n" in server.greeting


def test_serve_says_what_to_do_where_it_cannot_record(tiny_bundle: Path, tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.touch()

    run = _run("--port", "0", "--bundle", str(tiny_bundle), "--result-log", f"sqlite:///{folder}/a")

    assert run.returncode == 2
    assert run.stderr.startswith(f"Error: The result log {folder}/a cannot be opened: ")
    assert run.stderr.endswith("Choose another with --result-log, or none: to record nothing.\n")


def test_serve_records_where_it_is_told(tiny_bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    told = ("--bundle", str(tiny_bundle), "--result-log", f"sqlite:///{path}")

    with run_serve(*told, environ={"WINDVANE_STORE_TEXT": "full"}) as server:
        httpx.post(f"{server.url}/sentiment", json={"text": "good"}).raise_for_status()

    assert path.exists()
    assert f"with the texts, in {path}" in server.greeting


def test_serve_says_that_results_are_not_recorded(tiny_bundle: Path) -> None:
    with run_serve("--bundle", str(tiny_bundle)) as server:
        assert "Results are not recorded." in server.greeting


def test_serve_says_which_logs_there_are(tiny_bundle: Path) -> None:
    done = _run("--bundle", str(tiny_bundle), "--result-log", "postgres://a")

    assert done.returncode == 2
    assert "sqlite:///path" in done.stderr
    assert "Traceback" not in done.stderr


def test_listener_sends_small_responses_at_once() -> None:
    with (
        open_listener("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="has no IPv6")
def test_listener_on_every_ipv6_address_takes_ipv4_too() -> None:
    with open_listener("::", 0) as listener:
        port = listener.getsockname()[1]
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
