"""The worker protocol, with a real process that runs a fake peer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.child_process import build_environment
from benchmarks.peer_process import PeerProcess, PeerProcessError, prepare_model, start_peer
from benchmarks.peers.protocol import Setting
from benchmarks.texts import build_mixed_texts
from tests.benchmarks.fake_peer import NO_START

FAKE_PEER = "tests.benchmarks.fake_peer"


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PeerProcess]:
    with start_peer(FAKE_PEER, tmp_path_factory.mktemp("model"), Setting(1)) as worker:
        yield worker


def test_worker_times_each_call(worker: PeerProcess) -> None:
    response = worker.request({"latency": 3})

    assert len(response["ms"]) == 3
    assert min(response["ms"]) > 0


def test_worker_times_many_texts(worker: PeerProcess) -> None:
    response = worker.request({"bulk": 2, "texts": 5})

    assert response["seconds"] > 0


def test_worker_labels_the_mixed_texts_in_order(worker: PeerProcess) -> None:
    response = worker.request({"labels": True})

    assert response["labels"] == [text.split()[0] for text in build_mixed_texts()]


def test_worker_has_taken_time_to_start(worker: PeerProcess) -> None:
    assert worker.start_ms > 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="read from /proc")
def test_worker_has_its_peak_memory(worker: PeerProcess) -> None:
    peak_mb = worker.peak_memory_mb

    assert peak_mb is not None
    assert 1 < peak_mb < 1000


def test_worker_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(PeerProcessError, match="fake_peer ended early: the model is broken"),
        start_peer(FAKE_PEER, tmp_path / NO_START, Setting(1)),
    ):
        pass


def test_worker_that_ends_on_a_request_says_why(tmp_path: Path) -> None:
    with (
        start_peer(FAKE_PEER, tmp_path, Setting(1)) as worker,
        pytest.raises(PeerProcessError, match=r"No such request: .*dance"),
    ):
        worker.request({"dance": 1})


def test_prepare_model_says_why_it_failed(tmp_path: Path) -> None:
    with pytest.raises(PeerProcessError, match=r"No module named 'benchmarks\.peers\.missing'"):
        prepare_model("benchmarks.peers.missing", tmp_path, tmp_path / "model")


def test_environment_limits_threads_and_goes_offline() -> None:
    environment = build_environment(2)

    assert environment["OMP_NUM_THREADS"] == "2"
    assert environment["RAYON_NUM_THREADS"] == "2"
    assert environment["HF_HUB_OFFLINE"] == "1"
