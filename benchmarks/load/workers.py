"""``python -m benchmarks.load.workers``: throughput and memory of ``windvane serve --workers``."""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks.load.closed_loop import ClosedLoop
from benchmarks.load.http_client import run_async
from benchmarks.machine import caption, read_machine
from benchmarks.server_process import SHORT_BODIES, WINDVANE_SERVER, start_server

CLIENTS = 16
WARM_UP_SECONDS = 1.0


@dataclass(frozen=True)
class WorkerFigures:
    """Figures of one run.

    Attributes:
        workers: Number of worker processes.
        threads: Threads of all of them.
        per_second: Responses a second.
        cpu_ms: CPU time of the server for each response.
        memory_mb: Memory of all processes, of which shared pages count once.
        errors: Requests without a 200.
    """

    workers: int
    threads: int
    per_second: float
    cpu_ms: float
    memory_mb: float
    errors: int

    def to_row(self) -> str:
        """Write a row of the page's table."""
        cells = (
            str(self.workers),
            str(self.threads),
            f"{self.per_second:.0f}",
            f"{self.cpu_ms:.2f}",
            f"{self.memory_mb:.0f}",
        )
        return f"| {' | '.join(cells)} |"


def measure_workers(workers: int, threads: int, seconds: float) -> WorkerFigures:
    """Run a closed loop against a server that records into SQLite."""
    with TemporaryDirectory() as folder:
        environ = {
            "WINDVANE_WORKERS": str(workers),
            "WINDVANE_RESULT_LOG_URI": f"sqlite:///{folder}/results.db",
        }
        with start_server(WINDVANE_SERVER, threads=threads, environ=environ) as server:
            processes = list_processes(server.pid)
            _send_for(server.port, WARM_UP_SECONDS)
            before = sum(map(read_cpu_seconds, processes))
            loop = _send_for(server.port, seconds)
            cpu_seconds = sum(map(read_cpu_seconds, processes)) - before
            memory_mb = sum(map(read_memory_mb, processes))
    count = len(loop.times_ms)
    return WorkerFigures(
        workers=workers,
        threads=threads,
        per_second=count / loop.seconds,
        cpu_ms=cpu_seconds / count * 1e3,
        memory_mb=memory_mb,
        errors=loop.errors.total(),
    )


def list_processes(parent: int) -> list[int]:
    """List a process and its children."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
    return [parent, *map(int, children.split())]


def read_cpu_seconds(process: int) -> float:
    """Read user and system time (proc_pid_stat(5))."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_memory_mb(process: int) -> float:
    """Read the proportional set size, in MB: a page of several processes counts in parts."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    [size] = [line.split()[1] for line in lines if line.startswith("Pss:")]
    return int(size) * 1024 / 1e6


def _send_for(port: int, seconds: float) -> ClosedLoop:
    loop = ClosedLoop(port, WINDVANE_SERVER.path, SHORT_BODIES, clients=CLIENTS)
    run_async(loop.send_for(seconds))
    return loop


@click.command()
@click.option("--seconds", default=10.0, show_default=True, help="Duration of each run.")
@click.option("--rounds", default=3, show_default=True, help="Runs of each number of workers.")
@click.argument("workers", nargs=-1, type=click.IntRange(1))
def main(seconds: float, rounds: int, workers: tuple[int, ...]) -> None:
    """Print a row for each number of WORKERS (1 and 2 by default), of the run with least CPU."""
    threads = len(os.sched_getaffinity(0))
    best: dict[int, WorkerFigures] = {}
    for _ in range(rounds):  # in turn, so that another load meets all of them
        for number in workers or (1, 2):
            figures = measure_workers(number, threads, seconds)
            before = best.setdefault(number, figures)
            best[number] = min(before, figures, key=lambda each: each.cpu_ms)
            load = os.getloadavg()[0]
            click.echo(f"{figures.to_row()} {figures.errors} errors, load {load:.1f}", err=True)
    for figures in best.values():
        click.echo(figures.to_row())
    click.echo(caption(read_machine()))


if __name__ == "__main__":
    main(prog_name="python -m benchmarks.load.workers")
