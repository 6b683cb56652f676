"""Invented results of a run."""

from benchmarks.family_results import PeerRun, ServerRun
from benchmarks.latency import Latency
from benchmarks.peer_figures import PeerFigures, ServerFigures
from benchmarks.peers.protocol import Setting
from benchmarks.plan import QUICK

PEERS = [
    PeerFigures(
        title="Windvane",
        latency={1: Latency(2.0, 3.0, 4.0)},
        texts_per_second=1234.0,
        setting=Setting(threads=2),
        start_ms=150.0,
        peak_mb=90.0,
        packages_mb=100.0,
        model_mb=23.5,
        agreement=0.992,
    ),
    PeerFigures(
        title="Peer",
        latency={1: Latency(1.0, 6.0, 8.0)},
        texts_per_second=617.0,
        start_ms=300.0,
        packages_mb=50.0,
        model_mb=47.0,
    ),
]
SERVERS = [
    ServerFigures(title="Ours", latency=Latency(2.0, 3.0, 4.0), requests_per_second={8: 400.0}),
    ServerFigures(
        title="Theirs", latency=Latency(20.0, 30.0, 40.0), requests_per_second={8: 40.0}, errors=3
    ),
]


MACHINE = {
    "cpu": "A processor",
    "family": "amd-avx2",
    "cores": 2,
    "int8_instructions": ["avx2"],
    "system": "Linux",
    "python": "3.13.1",
    "versions": {"onnxruntime": "1.32.0"},
    "date": "2026-01-02",
}
"""A machine of no particular make."""


def build_peer_run() -> PeerRun:
    """Build the run of the libraries."""
    return PeerRun(
        machine=MACHINE,
        plan=QUICK,
        figures={figures.title.lower(): figures for figures in PEERS},
        failures={},
    )


def build_server_run() -> ServerRun:
    """Build the run of the servers."""
    return ServerRun(
        machine=MACHINE,
        plan=QUICK,
        load_generator="wrk 4.1.0",
        figures={figures.title.lower(): figures for figures in SERVERS},
        failures={},
    )
