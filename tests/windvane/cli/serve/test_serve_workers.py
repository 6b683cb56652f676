"""``windvane serve --workers`` as processes of their own."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.windvane.api.serve_process import (
    RECORD_NOTHING,
    ROOT,
    ServeProcess,
    run_serve,
    serve_command,
)
from windvane.server.admission import Admission
from windvane.server.server_metrics import ServerMetrics

REQUESTS = 40
CLIENTS = 8
SECONDS = 20.0


@dataclass(frozen=True)
class Workers:
    """A server of two workers.

    Attributes:
        server: The parent.
        folder: Where its temporary files and its results are.
    """

    server: ServeProcess
    folder: Path

    def send(self, key: str | None = None) -> httpx.Response:
        """Classify a text over a connection of its own, which any worker may take."""
        headers = {"idempotency-key": key} if key else {}
        return httpx.post(f"{self.server.url}/sentiment", json={"text": "good"}, headers=headers)

    def list_ids(self) -> dict[str, int]:
        """List the workers' process ids by number."""
        files = self.folder.glob("windvane-metrics-*/*.pid")
        with suppress(FileNotFoundError):  # of one that is being replaced
            return {file.stem: int(file.read_text() or 0) for file in files}
        return {}

    def read_metrics(self) -> dict[str, Metric]:
        text = httpx.get(f"{self.server.url}/metrics").text
        return {family.name: family for family in text_string_to_metric_families(text)}

    def count_admitted(self) -> float:
        """Count the requests that run or wait now."""
        metrics = self.read_metrics()
        states = ("running", "waiting")
        return sum(metrics[f"windvane_requests_{state}"].samples[0].value for state in states)

    def count_sent(self) -> float:
        samples = self.read_metrics()["windvane_requests"].samples
        return sum(each.value for each in samples if each.labels["route"] == "/sentiment")


@contextmanager
def run_workers(bundle: Path, folder: Path) -> Iterator[Workers]:
    environ = {
        "TMPDIR": str(folder),
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{folder}/results.db",
        "WINDVANE_WORKERS": "2",
        "WINDVANE_ACCESS_LOG": "json",
    }
    with run_serve("--bundle", str(bundle), environ=environ) as server:
        yield Workers(server, folder)


@pytest.fixture(scope="module")
def workers(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    with run_workers(tiny_bundle, tmp_path_factory.mktemp("workers")) as workers:
        yield workers


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def has_ended(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


def test_every_worker_exposes_the_requests_of_all(workers: Workers) -> None:
    workers.send()
    before = workers.count_sent()

    for _ in range(REQUESTS):
        workers.send().raise_for_status()
    totals = {workers.count_sent() for _ in range(8)}

    assert totals == {before + REQUESTS}


def test_metrics_of_workers_are_those_of_a_single_process(workers: Workers) -> None:
    single = ServerMetrics(Admission(places=1, max_waiting=1)).expose
    workers.send()

    families = workers.read_metrics()

    expected = {
        (family.name, family.type, family.documentation)
        for family in text_string_to_metric_families(str(single({}).body))  # type: ignore[arg-type]
    }
    assert {(each.name, each.type, each.documentation) for each in families.values()} == expected
    memory = families["process_resident_memory_bytes"].samples
    assert [sample.labels["worker"] for sample in memory] == ["0", "1"]
    assert min(sample.value for sample in memory) > 10_000_000
    [running] = families["windvane_requests_running"].samples
    assert (running.labels, running.value) == ({}, 0)


def test_a_key_that_several_workers_get_is_run_once(workers: Workers) -> None:
    with ThreadPoolExecutor(CLIENTS) as pool:
        responses = list(pool.map(lambda _: workers.send("the-same-key"), range(REQUESTS)))

    answered = [response for response in responses if response.status_code == 200]
    recorded = httpx.get(f"{workers.server.url}/v1/results?limit=100").json()["results"]
    assert {response.status_code for response in responses} <= {200, 409}
    [result_id] = {response.json()["result_id"] for response in answered}
    assert sum(record["result_id"] == result_id for record in recorded) == 1


def test_a_killed_worker_is_replaced_and_its_counts_stay(workers: Workers) -> None:
    workers.send()
    before, ids = workers.count_sent(), workers.list_ids()

    os.kill(ids["1"], signal.SIGKILL)
    wait_until(lambda: {"0", "1"} == set(workers.list_ids()) and workers.list_ids() != ids)
    wait_until(lambda: len(workers.read_metrics()["process_open_fds"].samples) == 2)

    assert workers.list_ids()["0"] == ids["0"]
    assert workers.count_sent() == before


def test_workers_finish_requests_and_end_with_the_server(tiny_bundle: Path, tmp_path: Path) -> None:
    with run_workers(tiny_bundle, tmp_path) as workers, ThreadPoolExecutor(CLIENTS) as pool:
        ids = workers.list_ids()
        responses = list(pool.map(lambda _: workers.send(), range(REQUESTS)))
        workers.server.process.send_signal(signal.SIGTERM)
        printed, _ = workers.server.process.communicate(timeout=SECONDS)

    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    assert {response.status_code for response in responses} == {200}
    assert workers.server.process.returncode == 0
    assert printed.splitlines()[-1] == "Stopped."
    assert len(lines) == REQUESTS
    assert {line["worker"] for line in lines} == {0, 1}
    assert len(ids) == 2
    assert all(map(has_ended, ids.values()))
    assert list(tmp_path.glob("windvane-metrics-*")) == []


def test_requests_that_run_get_their_responses_when_the_server_stops(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    long = {"texts": ["good " * 190] * 100}
    with run_workers(tiny_bundle, tmp_path) as workers, ThreadPoolExecutor(CLIENTS) as pool:
        url = f"{workers.server.url}/v1/classify"
        sent = [pool.submit(httpx.post, url, json=long, timeout=SECONDS) for _ in range(CLIENTS)]
        wait_until(lambda: workers.count_admitted() + sum(each.done() for each in sent) >= CLIENTS)
        workers.server.process.send_signal(signal.SIGTERM)
        statuses = {each.result().status_code for each in sent}
        workers.server.process.communicate(timeout=SECONDS)

    assert statuses <= {200, 503}  # the latter where 5 seconds are too short
    assert workers.server.process.returncode == 0


def test_workers_end_when_the_server_is_killed(tiny_bundle: Path, tmp_path: Path) -> None:
    with run_workers(tiny_bundle, tmp_path) as workers:
        ids = workers.list_ids()
        workers.server.process.kill()

        wait_until(lambda: all(map(has_ended, ids.values())))

    assert len(ids) == 2


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--bundle", "/no/such/folder"), "/no/such/folder"),
        (("--result-log", "sqlite:////dev/null/results.db"), "Choose another with --result-log"),
    ],
    ids=["bundle", "result-log"],
)
def test_workers_that_cannot_start_end_the_server_with_a_sentence(
    tiny_bundle: Path, arguments: tuple[str, ...], named: str
) -> None:
    command = serve_command("--bundle", str(tiny_bundle), "--workers", "2", "--port", "0")

    done = _run([*command, *arguments])

    assert done.returncode == 2
    assert named in done.stderr
    assert done.stderr.startswith("Error: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_port_in_use_ends_the_server_with_a_sentence(tiny_bundle: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        done = _run(serve_command("--bundle", str(tiny_bundle), "--workers", "2", "--port", port))

    assert done.returncode == 2
    assert done.stderr.startswith(f"Error: Cannot listen on 127.0.0.1 port {port}: ")
    assert len(done.stderr.splitlines()) == 1


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **RECORD_NOTHING},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
