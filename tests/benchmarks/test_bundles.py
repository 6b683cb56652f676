"""Two bundles are timed in turn, on the same text."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from benchmarks.bundles import Comparison, build_table, compare, main
from windvane.inference.bundle_files import MODEL_FILE
from windvane.inference.onnx_session import OnnxSession

ROUNDS = 4


class CountingSession(OnnxSession):
    """Counts the runs."""

    runs = 0

    def run(self, input_ids: Sequence[int]) -> NDArray[np.float32]:
        self.runs += 1
        return super().run(input_ids)


@pytest.fixture(autouse=True)
def short_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.bundles.ROUND_SECONDS", 1e-4)


def test_compare_runs_both_graphs_alike(tiny_bundle: Path) -> None:
    first, second = (CountingSession(tiny_bundle / MODEL_FILE) for _ in range(2))

    comparison = compare(first, second, [1, 2, 3], ROUNDS)

    assert comparison.tokens == 3
    assert len(comparison.first_ms) == len(comparison.second_ms) == ROUNDS
    assert min(*comparison.first_ms, *comparison.second_ms) > 0
    assert first.runs == second.runs > ROUNDS


def test_build_table_shows_the_median_ratio_of_the_rounds() -> None:
    comparison = Comparison(20, [1.0, 2.0, 1.0, 10.0, 1.0], [0.9, 1.8, 0.5, 9.0, 2.0])

    [row] = build_table([comparison]).rows

    assert [cell.text for cell in row] == ["20", "1.000", "1.800", "0.900", "0.900 to 0.900", "5"]


@pytest.mark.parametrize(("load", "warned"), [(0.0, False), (99.0, True)])
def test_main_warns_on_a_loaded_machine(
    load: float, warned: bool, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.getloadavg", lambda: (load, load, load))
    arguments = [str(tiny_bundle), str(tiny_bundle), "--rounds", "4", "--tokens", "3"]

    result = CliRunner().invoke(main, arguments)

    assert result.exit_code == 0, result.output
    assert re.search(r"^│ 3 +│", result.output, re.MULTILINE)
    assert ("do not publish" in result.output) is warned


def test_main_refuses_texts_that_a_bundle_does_not_read(tiny_bundle: Path) -> None:
    result = CliRunner().invoke(main, [str(tiny_bundle), str(tiny_bundle), "--tokens", "9999"])

    assert result.exit_code == 2
    assert "A bundle reads at most" in result.output
