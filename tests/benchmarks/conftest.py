"""Machines that are loaded or quiet, whatever this one is."""

import pytest

from benchmarks import quiet_machine
from benchmarks.quiet_machine import CpuShares


@pytest.fixture
def loaded_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the processor is in use."""
    monkeypatch.setattr(quiet_machine, "measure_shares", lambda: CpuShares(idle=0.5, steal=0.0))


@pytest.fixture
def idle_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else runs."""
    monkeypatch.setattr(quiet_machine, "measure_shares", lambda: CpuShares(idle=1.0, steal=0.0))
