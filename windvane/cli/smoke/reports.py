"""Prints a smoke test's steps, rounds and summary, for people or as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Protocol

import click

from windvane.cli.messages import print_message
from windvane.cli.smoke.smoke_round import SmokeRound
from windvane.cli.smoke.steps import StepResult
from windvane.cli.smoke.summary import SmokeSummary

_SHOWN = {"ok": "ok", "failed": "FAILED", "skipped": "skipped"}


class Report(Protocol):
    """Prints what happens."""

    def add_step(self, result: StepResult) -> None:
        """Print a step of a single round."""

    def end_single(self, smoke: SmokeRound, results: Sequence[StepResult]) -> None:
        """Print the end of a single round."""

    def add_round(self, smoke: SmokeRound, results: Sequence[StepResult]) -> None:
        """Print one round of several."""

    def end_all(self, summary: SmokeSummary) -> None:
        """Print the end of several rounds."""


class TextReport:
    """Prints a line for each step, or for each of several rounds."""

    def add_step(self, result: StepResult) -> None:
        """Print a step of a single round."""
        print_message(_write_step(result))

    def end_single(self, smoke: SmokeRound, results: Sequence[StepResult]) -> None:
        """Print how to find a failed round in the log."""
        if _has_failed(results):
            print_message(f"Its requests have the X-Correlation-Id {smoke.correlation_id}.")

    def add_round(self, smoke: SmokeRound, results: Sequence[StepResult]) -> None:
        """Print one round of several: failed steps have lines of their own."""
        has_failed = _has_failed(results)
        elapsed_ms = sum(result.elapsed_ms or 0 for result in results)
        name = smoke.correlation_id if has_failed else smoke.model or ""
        shown = _SHOWN["failed" if has_failed else "ok"]
        print_message(f"{_now():%H:%M:%S}  {shown:<8}{elapsed_ms:>7.0f} ms  {name}")
        for result in results:
            if result.outcome == "failed":
                print_message(f"  {_write_step(result)}")

    def end_all(self, summary: SmokeSummary) -> None:
        """Print the summary."""
        print_message("\n".join(["", *summary.list_lines()]))


class JsonReport:
    """Writes an object for a single round; for several, a line for each and one for all."""

    def add_step(self, result: StepResult) -> None:
        """Print nothing yet."""

    def end_single(self, smoke: SmokeRound, results: Sequence[StepResult]) -> None:
        """Write the round."""
        click.echo(json.dumps(_to_json(smoke, results), indent=2))

    def add_round(self, smoke: SmokeRound, results: Sequence[StepResult]) -> None:
        """Write one round of several."""
        click.echo(json.dumps(_to_json(smoke, results)))

    def end_all(self, summary: SmokeSummary) -> None:
        """Write the summary."""
        click.echo(json.dumps({"summary": summary.to_json()}))


def _write_step(result: StepResult) -> str:
    elapsed = "" if result.elapsed_ms is None else f"{result.elapsed_ms:.0f} ms"
    said = result.got
    if result.outcome == "failed":
        said = f"expected {result.expected}; got {result.got}"
    return f"{_SHOWN[result.outcome]:<8}{result.step:<9}{elapsed:>9}  {said}"


def _to_json(smoke: SmokeRound, results: Sequence[StepResult]) -> dict[str, Any]:
    return {
        "at": f"{_now():%Y-%m-%dT%H:%M:%SZ}",
        "ok": not _has_failed(results),
        "model": smoke.model,
        "correlation_id": smoke.correlation_id,
        "steps": [asdict(result) for result in results],
    }


def _has_failed(results: Sequence[StepResult]) -> bool:
    return any(result.outcome == "failed" for result in results)


def _now() -> datetime:
    return datetime.now(UTC)
