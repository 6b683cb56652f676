import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.windvane.jobs.fake_work import (
    count_attempts,
    make_part,
    make_summary,
    open_fake_work,
    open_without_bundle,
)
from windvane.jobs.plan import Part
from windvane.jobs.summaries import PartSummary
from windvane.jobs.worker_processes import MAX_ATTEMPTS, PartFault, run_in_processes

ROOT = Path(__file__).parents[3]
WAIT_SECONDS = 20
WAITING_PARENT = """
import sys
from pathlib import Path
from tests.windvane.jobs.fake_work import make_part, open_fake_work
from windvane.jobs.worker_processes import run_in_processes

if __name__ == "__main__":
    list(run_in_processes([make_part(0, "wait")], open_fake_work(Path(sys.argv[1])), 1))
"""


def run_parts(
    folder: Path, parts: Sequence[Part], processes: int = 2
) -> dict[int, PartSummary | PartFault]:
    results = list(run_in_processes(parts, open_fake_work(folder), processes))
    outcomes = {result.part.number: result.outcome for result in results}
    assert len(outcomes) == len(results)
    return outcomes


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process_id}/stat")
    return not (stat.exists() and ") Z " in stat.read_text(encoding="utf-8"))


def test_run_in_processes_does_each_part_once(tmp_path: Path) -> None:
    outcomes = run_parts(tmp_path, [make_part(number) for number in range(5)])

    assert outcomes == {number: make_summary(number) for number in range(5)}
    assert all(count_attempts(tmp_path, number) == 1 for number in range(5))
    assert str(os.getpid()) not in {path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}


@pytest.mark.parametrize("task", ["kill once", "refuse once"])
def test_run_in_processes_begins_a_part_again(tmp_path: Path, task: str) -> None:
    outcomes = run_parts(tmp_path, [make_part(0, task), *map(make_part, range(1, 4))])

    assert outcomes == {number: make_summary(number) for number in range(4)}
    assert count_attempts(tmp_path, 0) == 2


@pytest.mark.parametrize(
    ("task", "reason", "attempts"),
    [
        ("kill", "its process was killed, as is done when memory runs out", MAX_ATTEMPTS),
        ("exit", "its process ended with exit code 3", MAX_ATTEMPTS),
        ("no memory", "the process ran out of memory", MAX_ATTEMPTS),
        ("changed", "reviews.csv was changed", 1),
    ],
)
def test_run_in_processes_reports_a_part_that_fails_for_good(
    tmp_path: Path, task: str, reason: str, attempts: int
) -> None:
    outcomes = run_parts(tmp_path, [make_part(0, task), make_part(1)], processes=1)

    fault = outcomes[0]
    assert isinstance(fault, PartFault)
    assert fault.reason == reason
    assert outcomes[1] == make_summary(1)
    assert count_attempts(tmp_path, 0) == attempts


def test_run_in_processes_reports_a_model_that_cannot_be_opened() -> None:
    [result] = run_in_processes([make_part(0)], open_without_bundle, 1)

    assert result.outcome == PartFault("There is no folder nowhere", may_succeed=False)


def test_closing_the_results_ends_the_processes(tmp_path: Path) -> None:
    parts = [make_part(0), make_part(1, "wait")]
    results = run_in_processes(parts, open_fake_work(tmp_path), 2)
    next(results)
    wait_until(lambda: count_attempts(tmp_path, 1) == 1)
    begun = time.monotonic()

    results.close()

    assert time.monotonic() - begun < 5
    assert not is_alive(int((tmp_path / "1-1").read_text(encoding="utf-8")))


def test_processes_end_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "waiting_parent.py"
    script.write_text(WAITING_PARENT, encoding="utf-8")
    trace = tmp_path / "0-1"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script), str(tmp_path)], env=environ) as parent:
        wait_until(trace.exists)
        worker = int(trace.read_text(encoding="utf-8"))

        parent.send_signal(signal.SIGKILL)

        wait_until(lambda: not is_alive(worker))
