"""What each worker process gets of the limits."""

from dataclasses import replace
from pathlib import Path

import pytest

from windvane.server.worker_place import WorkerPlace, share_limits
from windvane.settings import Settings

SETTINGS = Settings(bundle_uri="", threads=8, max_waiting_requests=10)


@pytest.mark.parametrize(
    ("workers", "threads", "waiting"),
    [(1, [8], [10]), (2, [4, 4], [5, 5]), (3, [3, 3, 2], [4, 3, 3]), (9, [1] * 9, [2] + [1] * 8)],
)
def test_workers_share_threads_and_waiting_requests(
    workers: int, threads: list[int], waiting: list[int]
) -> None:
    settings = replace(SETTINGS, workers=workers)

    shares = [share_limits(settings, number) for number in range(workers)]

    assert [share.threads for share in shares] == threads
    assert [share.max_waiting_requests for share in shares] == waiting


def test_end_of_a_worker_leaves_its_counters_and_the_others(tmp_path: Path) -> None:
    first, second = WorkerPlace(1, tmp_path), WorkerPlace(11, tmp_path)
    gone = [tmp_path / "gauge_livesum_1.db"]
    left = [tmp_path / name for name in ("counter_1.db", "gauge_livesum_11.db")]
    for file in gone + left:
        file.touch()
    first.note_process()
    second.note_process()

    first.note_end()

    assert list(first.list_processes()) == [11]
    assert not any(file.exists() for file in gone)
    assert all(file.exists() for file in left)
