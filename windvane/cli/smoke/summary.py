"""What a repeated smoke test has seen: counts and percentiles."""

import math
from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Any

from windvane.cli.smoke.steps import StepResult

MOST_MODELS = 20
"""Models that are counted by name; a deployment has two."""


class StepCounts:
    """Requests of one step."""

    def __init__(self) -> None:
        self.requests = 0
        self.failures = 0
        self.elapsed_ms = array("f")

    def add(self, result: StepResult) -> None:
        """Count a result."""
        self.requests += result.is_request
        self.failures += result.outcome == "failed"
        if result.elapsed_ms is not None:
            self.elapsed_ms.append(result.elapsed_ms)

    def to_json(self) -> dict[str, Any]:
        """Build the JSON of the counts."""
        return {
            "requests": self.requests,
            "failures": self.failures,
            "p50_ms": find_percentile(self.elapsed_ms, 50),
            "p95_ms": find_percentile(self.elapsed_ms, 95),
        }


class SmokeSummary:
    """Counts of all rounds."""

    def __init__(self) -> None:
        self.rounds = 0
        self.all = StepCounts()
        self.by_step: dict[str, StepCounts] = {}
        self.models: Counter[str] = Counter()

    @property
    def has_failed(self) -> bool:
        """Whether any step failed."""
        return self.all.failures > 0

    def add(self, results: Sequence[StepResult], model: str | None) -> None:
        """Count a round."""
        self.rounds += 1
        for result in results:
            self.all.add(result)
            self.by_step.setdefault(result.step, StepCounts()).add(result)
        if model is not None and (model in self.models or len(self.models) < MOST_MODELS):
            self.models[model] += 1

    def to_json(self) -> dict[str, Any]:
        """Build the JSON of the summary."""
        steps = {name: counts.to_json() for name, counts in self.by_step.items()}
        return {
            "rounds": self.rounds,
            **self.all.to_json(),
            "models": dict(self.models),
            "steps": steps,
        }

    def list_lines(self) -> list[str]:
        """Write the summary as a table, and the models below it."""
        header = f"{'step':<10}{'requests':>9}{'failures':>9}{'p50 ms':>9}{'p95 ms':>9}"
        rows = [*self.by_step.items(), ("all", self.all)]
        table = [_write_row(name, counts) for name, counts in rows]
        models = ", ".join(f"{model} ({count})" for model, count in self.models.items())
        return [header, *table, f"{self.rounds} rounds; models: {models or 'none'}"]


def find_percentile(values: Sequence[float], percent: int) -> float | None:
    """Find a percentile by nearest rank, in the values' unit; None of no values."""
    if not values:
        return None
    return round(sorted(values)[math.ceil(len(values) * percent / 100) - 1], 1)


def _write_row(name: str, counts: StepCounts) -> str:
    figures = [find_percentile(counts.elapsed_ms, percent) for percent in (50, 95)]
    shown = "".join(f"{'-' if figure is None else f'{figure:.0f}':>9}" for figure in figures)
    return f"{name:<10}{counts.requests:>9}{counts.failures:>9}{shown}"
