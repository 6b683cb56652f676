"""Figures of servers from their rounds, and servers that cannot be started."""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.http_servers import SQLITE_SERVER, build_servers
from benchmarks.latency import Latency
from benchmarks.plan import QUICK
from benchmarks.server_process import WINDVANE_SERVER
from benchmarks.server_stage import LoadRound, ServerRound, ServerStage, summarize
from benchmarks.wrk import WrkRound


def build_round(p50_ms: float, *, cpu_ms: float | None = 4.0, errors: int = 0) -> ServerRound:
    """A round whose 8 clients get twice as many responses as the one."""
    one = WrkRound(Latency(p50_ms, p50_ms, p50_ms), requests=100, seconds=2, errors=errors)
    loads = {1: LoadRound(one, cpu_ms), 8: LoadRound(replace(one, requests=200), cpu_ms)}
    return ServerRound(start_ms=100 * p50_ms, peak_mb=50, loads=loads)


def test_figures_are_medians_with_their_spread() -> None:
    figures = summarize("Ours", [build_round(10), build_round(8, errors=1), build_round(9)])

    assert figures.latency == Latency(9, 9, 9)
    assert figures.p50_spread == pytest.approx(2 / 9)
    assert figures.requests_per_second == {8: 100}
    assert figures.rate_spread == {8: 0}
    assert figures.cpu_ms == {1: 4, 8: 4}
    assert figures.errors == 2
    assert (figures.start_ms, figures.peak_mb) == (900, 50)


def test_cpu_time_that_was_not_measured_once_is_not_shown() -> None:
    figures = summarize("Ours", [build_round(10), build_round(10, cpu_ms=None)])

    assert figures.cpu_ms == {1: None, 8: None}


def test_servers_are_ours_first_with_log_and_without(tmp_path: Path) -> None:
    servers = build_servers(tmp_path, tmp_path, 2)

    names = [server.name for server in servers]
    assert names[:2] == [SQLITE_SERVER, WINDVANE_SERVER.name]
    assert len(set(names)) == len(names)
    assert servers[0].environ["WINDVANE_RESULT_LOG_URI"].startswith("sqlite:///")
    assert servers[1].environ["WINDVANE_RESULT_LOG_URI"] == "none:"


def test_modules_of_the_servers_exist(tmp_path: Path) -> None:
    parts = [part for server in build_servers(tmp_path, tmp_path, 2) for part in server.command]

    modules = {part.partition(":")[0] for part in parts if part.startswith("benchmarks.")}

    assert len(modules) == 5
    assert all(find_spec(module) for module in modules)


def test_server_without_its_environment_is_left_out_with_the_reason(tmp_path: Path) -> None:
    spec = replace(WINDVANE_SERVER, name="theirs", title="Theirs", python=tmp_path / "python")

    stage = ServerStage([spec], QUICK, lambda _: None)
    stage.measure()

    assert stage.figures == {}
    assert "`make setup-bench` installs build/bench/theirs" in stage.failures["Theirs"]


def test_server_that_ends_at_once_is_left_out_with_the_reason() -> None:
    spec = replace(WINDVANE_SERVER, title="Theirs", command=("json.tool", "--no-such-option"))

    stage = ServerStage([spec], QUICK, lambda _: None)
    stage.measure()

    assert "Theirs did not start" in stage.failures["Theirs"]
