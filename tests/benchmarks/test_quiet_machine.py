"""A loaded machine is told from a quiet one by the ticks of its processor."""

from pathlib import Path

import pytest

from benchmarks import quiet_machine
from benchmarks.quiet_machine import (
    CpuShares,
    CpuTimes,
    LoadedMachineError,
    compute_shares,
    measure_shares,
    on_quiet_machine,
    read_cpu_times,
    require_quiet,
)


def test_read_cpu_times_counts_waiting_for_disks_as_idle_and_guests_once(tmp_path: Path) -> None:
    (tmp_path / "stat").write_text("cpu  10 1 5 70 4 1 2 7 9 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n")

    assert read_cpu_times(tmp_path / "stat") == CpuTimes(idle=74, steal=7, total=100)


def test_read_cpu_times_is_none_where_there_is_no_proc(tmp_path: Path) -> None:
    assert read_cpu_times(tmp_path / "stat") is None


def test_compute_shares_divides_the_ticks_in_between() -> None:
    shares = compute_shares(CpuTimes(100, 0, 1000), CpuTimes(190, 5, 1100))

    assert shares == CpuShares(idle=0.9, steal=0.05)


@pytest.mark.parametrize(
    ("idle", "steal", "quiet"),
    [
        pytest.param(0.99, 0.0, True, id="idle"),
        pytest.param(0.5, 0.0, False, id="one of two cores in use"),
        pytest.param(0.96, 0.04, False, id="the hypervisor takes some"),
    ],
)
def test_machine_is_quiet_if_idle_and_not_stolen_from(
    idle: float, steal: float, quiet: bool
) -> None:
    assert CpuShares(idle, steal).is_quiet is quiet


def test_measure_shares_reads_this_machine() -> None:
    shares = measure_shares(0.02)

    assert shares is None or 0 <= shares.idle <= 1


def test_loaded_machine_is_refused_with_the_figure(loaded_machine: None) -> None:
    with pytest.raises(LoadedMachineError, match=r"loaded \(before servers: 50% idle, 0% stolen"):
        require_quiet("before servers")


def test_loaded_machine_is_accepted_anyway(loaded_machine: None) -> None:
    require_quiet("before servers", anyway=True)


def test_stolen_time_during_a_stage_is_refused(
    idle_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings = iter([CpuTimes(0, 0, 0), CpuTimes(0, 30, 100)])
    monkeypatch.setattr(quiet_machine, "read_cpu_times", lambda: next(readings))

    stage = on_quiet_machine("servers")

    with pytest.raises(LoadedMachineError, match="30% of the processor during servers"), stage:
        pass
