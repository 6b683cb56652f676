"""The stages of a run, from preparing what they need to their figures."""

import tempfile
from collections.abc import Collection
from pathlib import Path

from benchmarks.child_process import limit_cores
from benchmarks.command_line import Progress
from benchmarks.family_results import ManyTextsRun, PeerRun, ServerRun
from benchmarks.http_servers import build_servers
from benchmarks.machine import read_machine
from benchmarks.many_texts import measure_many_texts
from benchmarks.peer_models import prepare_folders
from benchmarks.peer_process import PeerProcessError
from benchmarks.peer_registry import DYNAMIC_INT8, PEERS, WINDVANE
from benchmarks.peer_stages import Stages
from benchmarks.plan import Plan
from benchmarks.server_stage import ServerStage
from benchmarks.wrk import read_wrk_version


def measure_peers(plan: Plan, names: Collection[str], progress: Progress) -> PeerRun:
    """Measure Windvane's core beside the named peers.

    Raises:
        PeerProcessError: A peer failed while it was measured.
    """
    specs = [spec for spec in PEERS if spec.name in {WINDVANE, *names}]
    folders, failures = prepare_folders(specs, progress)
    stages = Stages(folders, plan, progress)
    stages.measure_sizes()
    for threads in plan.latency_threads:
        stages.measure_latency(threads)
    stages.choose_settings()
    stages.measure_bulk()
    stages.measure_start()
    return PeerRun(machine=read_machine(), plan=plan, figures=stages.figures, failures=failures)


def measure_servers(plan: Plan, progress: Progress) -> ServerRun:
    """Measure the servers.

    Raises:
        PeerProcessError: The model of the peers could not be made.
        ServerStartError: A server did not start that had started before.
        WrkError: wrk is not installed, or failed.
    """
    version = read_wrk_version()
    specs = [spec for spec in PEERS if spec.name == DYNAMIC_INT8]
    folders, failures = prepare_folders(specs, progress)
    for reason in failures.values():
        raise PeerProcessError(reason)
    [model] = folders.values()
    with tempfile.TemporaryDirectory(prefix="windvane-bench-") as scratch:
        servers = build_servers(model, Path(scratch), plan.bulk_threads)
        stage = ServerStage(servers, plan, progress)
        with limit_cores(plan.bulk_threads):
            stage.measure()
    return ServerRun(
        machine=read_machine(),
        plan=plan,
        load_generator=f"wrk {version}",
        figures=stage.figures,
        failures=stage.failures,
    )


def measure_file(plan: Plan, progress: Progress) -> ManyTextsRun:
    """Measure ``windvane classify`` on a file.

    Raises:
        ClassifyError: It failed.
    """
    with tempfile.TemporaryDirectory(prefix="windvane-bench-") as scratch:
        figures = measure_many_texts(plan, Path(scratch), progress)
    return ManyTextsRun(machine=read_machine(), plan=plan, figures=figures)
