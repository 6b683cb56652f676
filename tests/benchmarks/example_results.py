"""Invented results of a run."""

from benchmarks.latency import Latency
from benchmarks.peer_figures import PeerFigures, ServerFigures
from benchmarks.peer_results import Results
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


def build_results(*, failures: dict[str, str] | None = None) -> Results:
    """Build the results of a run on a machine of no particular make."""
    machine = {
        "cpu": "A processor",
        "cores": 2,
        "int8_instructions": ["avx2"],
        "system": "Linux",
        "python": "3.13.1",
        "versions": {"onnxruntime": "1.32.0"},
        "date": "2026-01-02",
    }
    return Results(
        machine=machine,
        plan=QUICK,
        peers={figures.title: figures for figures in PEERS},
        servers={figures.title: figures for figures in SERVERS},
        failures=failures or {},
    )
