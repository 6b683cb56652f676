"""What the benchmark commands share: progress, errors and JSON files."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
import msgspec
from rich.console import Console

ResultsT = TypeVar("ResultsT")
Progress = Callable[[str], None]
"""Called with one line at every step of a run."""


class BenchmarkError(Exception):
    """A benchmark cannot go on; the command ends with the message."""


def run_with_status(run: Callable[[Progress], ResultsT]) -> ResultsT:
    """Run a benchmark and show its progress on standard error.

    Raises:
        click.ClickException: A `BenchmarkError` ended the run.
    """
    try:
        with Console(stderr=True).status("starting") as status:
            return run(status.update)
    except BenchmarkError as error:
        raise click.ClickException(str(error)) from error


def write_json(path: Path, results: object) -> None:
    """Write dataclasses or structs as indented JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n")
