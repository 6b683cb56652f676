"""``python -m benchmarks.container IMAGE``: the container image beside the server of the clone."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
import httpx
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.command_line import Progress, run_with_status
from benchmarks.machine import caption, read_machine
from benchmarks.server_process import WINDVANE_SERVER, start_server
from benchmarks.table import Cell, Table, show_number, to_markdown
from benchmarks.texts import SHORT_TEXTS
from tests.container.docker_commands import HARDENED, inspect, run_container

REQUESTS = 200
"""Sent before the memory is read."""


@dataclass(frozen=True)
class Start:
    """A server that has answered its first text.

    Attributes:
        url: Where it listens.
        seconds: From the command that started it to that answer.
    """

    url: str
    seconds: float


@dataclass(frozen=True)
class Figures:
    """What one way to run the server takes: medians of the rounds."""

    start_ms: float
    memory_mb: float
    request_ms: float


@click.command()
@click.argument("image")
@click.option("--rounds", type=click.IntRange(1), default=7, show_default=True)
def main(image: str, rounds: int) -> None:
    """Measure start, memory and time of a request. Keep the machine otherwise idle."""
    figures = run_with_status(lambda progress: measure(image, rounds, progress))
    click.echo(to_markdown(build_table(figures)))
    click.echo(f"\nImage: {inspect(image)['Size'] / 1e6:.0f} MB. {caption(read_machine())}")


def measure(image: str, rounds: int, progress: Progress) -> dict[str, Figures]:
    """Start both in turn, round after round."""
    ways: dict[str, Callable[[], Iterator[Start]]] = {
        "`windvane serve` of a clone": _start_server,
        "container": lambda: _start_container(image),
    }
    found: dict[str, list[Figures]] = {name: [] for name in ways}
    for number in range(rounds):
        for name, start in ways.items():
            progress(f"round {number + 1} of {rounds}: {name}")
            with contextmanager(start)() as started:
                found[name].append(_use(started))
    return {name: _take_medians(figures) for name, figures in found.items()}


def build_table(figures: dict[str, Figures]) -> Table:
    """Build the table of docs/container.md."""
    rows = [
        [Cell(name), *(Cell(show_number(value)) for value in vars(each).values())]
        for name, each in figures.items()
    ]
    return Table(["", "start, ms", "memory, MB", "a text, p50 ms"], rows)


def _start_server() -> Iterator[Start]:
    with tempfile.TemporaryDirectory() as folder:
        environ = {"WINDVANE_RESULT_LOG_URI": f"sqlite:///{Path(folder)}/results.db"}
        with start_server(WINDVANE_SERVER, environ=environ) as server:
            yield Start(f"http://127.0.0.1:{server.port}", server.start_ms / 1000)


def _start_container(image: str) -> Iterator[Start]:
    began = time.perf_counter()
    with run_container(image, *HARDENED) as container:
        container.wait_for()
        with httpx.Client() as client:
            _classify(client, container.url)
        yield Start(container.url, time.perf_counter() - began)


def _use(started: Start) -> Figures:
    seconds = []
    with httpx.Client() as client:
        for number in range(REQUESTS):
            began = time.perf_counter()
            _classify(client, started.url, SHORT_TEXTS[number % len(SHORT_TEXTS)])
            seconds.append(time.perf_counter() - began)
        exposed = client.get(f"{started.url}/metrics").text
    return Figures(started.seconds * 1000, _read_memory_mb(exposed), median(seconds) * 1000)


def _classify(client: httpx.Client, url: str, text: str = SHORT_TEXTS[0]) -> None:
    client.post(f"{url}/sentiment", json={"text": text}).raise_for_status()


def _read_memory_mb(exposed: str) -> float:
    [memory] = [
        sample.value
        for family in text_string_to_metric_families(exposed)
        for sample in family.samples
        if sample.name == "process_resident_memory_bytes"
    ]
    return float(memory) / 1e6


def _take_medians(figures: list[Figures]) -> Figures:
    return Figures(*(median(getattr(each, name) for each in figures) for name in vars(figures[0])))


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.container")
