"""The worker protocol, spoken with a real process that holds a fake peer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.peers.protocol import Setting
from benchmarks.processes import PeerProcessError, WorkerProcess, build_environment, run_module
from benchmarks.texts import build_mixed_texts
from tests.benchmarks.fake_peer import NO_START

FAKE_PEER = "tests.benchmarks.fake_peer"


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerProcess]:
    with WorkerProcess(FAKE_PEER, tmp_path_factory.mktemp("model"), Setting(1)) as worker:
        yield worker


def test_worker_times_each_call(worker: WorkerProcess) -> None:
    answer = worker.ask({"latency": 3})

    assert len(answer["ms"]) == 3
    assert min(answer["ms"]) > 0


def test_worker_times_many_texts(worker: WorkerProcess) -> None:
    answer = worker.ask({"bulk": 2, "texts": 5})

    assert answer["seconds"] > 0


def test_worker_labels_the_mixed_texts_in_order(worker: WorkerProcess) -> None:
    answer = worker.ask({"labels": True})

    assert answer["labels"] == [text.split()[0] for text in build_mixed_texts()]


def test_worker_has_taken_time_to_start(worker: WorkerProcess) -> None:
    assert worker.start_ms > 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells it in /proc")
def test_worker_tells_its_peak_memory(worker: WorkerProcess) -> None:
    peak_mb = worker.peak_memory_mb

    assert peak_mb is not None
    assert 1 < peak_mb < 1000


def test_worker_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(PeerProcessError, match="fake_peer ended early: the model is broken"):
        WorkerProcess(FAKE_PEER, tmp_path / NO_START, Setting(1))


def test_worker_that_ends_on_a_request_says_why(tmp_path: Path) -> None:
    with (
        WorkerProcess(FAKE_PEER, tmp_path, Setting(1)) as worker,
        pytest.raises(PeerProcessError, match=r"No such request: .*dance"),
    ):
        worker.ask({"dance": 1})


def test_run_module_says_why_it_failed() -> None:
    with pytest.raises(PeerProcessError, match=r"No module named benchmarks\.missing"):
        run_module("benchmarks.missing", [], timeout_seconds=30)


def test_environment_bounds_threads_and_calls_nobody() -> None:
    environment = build_environment(2)

    assert environment["OMP_NUM_THREADS"] == "2"
    assert environment["RAYON_NUM_THREADS"] == "2"
    assert environment["HF_HUB_OFFLINE"] == "1"
