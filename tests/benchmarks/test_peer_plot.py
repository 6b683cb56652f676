"""The plot of a family, whichever stages were measured."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.family_results import FamilyResults
from benchmarks.peer_plot import write_plot
from tests.benchmarks.example_results import build_peer_run, build_server_run

RESULTS = FamilyResults(family="amd-avx2", peers=build_peer_run(), servers=build_server_run())


@pytest.mark.parametrize(
    "results",
    [
        pytest.param(RESULTS, id="all"),
        pytest.param(replace(RESULTS, servers=None), id="libraries alone"),
        pytest.param(replace(RESULTS, peers=None), id="servers alone"),
    ],
)
def test_plot_is_drawn_of_what_was_measured(tmp_path: Path, results: FamilyResults) -> None:
    write_plot(tmp_path / "plot.png", results)

    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
