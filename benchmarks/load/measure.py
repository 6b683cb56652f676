"""The three runs, each against a server of its own."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import msgspec
import uvloop

from benchmarks.load.closed_loop import ClosedLoop, ClosedLoopFigures
from benchmarks.load.open_loop import OpenLoop, OpenLoopFigures
from benchmarks.load.results import LoadPlan, LoadResults
from benchmarks.load.server import classify_texts, serve
from benchmarks.machine import read_machine
from benchmarks.texts import SHORT_TEXTS, read_sentences
from windvane.settings import load_settings

NO_LOG = {"WINDVANE_RESULT_LOG_URI": "none:"}
BODIES = [msgspec.json.encode({"text": text}) for text in SHORT_TEXTS]

FiguresT = TypeVar("FiguresT")


class LoadError(Exception):
    """The server did something that it must not do; the message says what."""


def measure(plan: LoadPlan, tell: Callable[[str], None]) -> LoadResults:
    """Measure all three.

    Raises:
        PeerProcessError: The server did not start.
    """
    settings = load_settings({})
    with serve(NO_LOG) as port:
        tell("measuring what the server can carry")
        capacity = measure_capacity(port, plan)
        rate = capacity.per_second * plan.overload_factor
        tell(f"sending {rate:.0f} requests a second, {plan.overload_factor:g} times as many")
        overload = measure_overload(port, plan, rate)
    tell(f"comparing {plan.requests:,} answers")
    return LoadResults(
        machine=read_machine(),
        plan=plan,
        threads=settings.threads,
        max_waiting_requests=settings.max_waiting_requests,
        capacity=capacity,
        overload=overload,
        comparison=measure_comparison(plan),
    )


def measure_capacity(port: int, plan: LoadPlan) -> ClosedLoopFigures:
    """Let a few clients ask as fast as they are answered, after a second to get warm."""
    expected = classify_texts(SHORT_TEXTS)
    for seconds in (1.0, plan.capacity_seconds):
        loop = ClosedLoop(port, expected, clients=plan.capacity_clients)
        figures = _run(loop.send_for(seconds))
    return figures


def measure_overload(port: int, plan: LoadPlan, rate: float) -> OpenLoopFigures:
    """Send at a constant rate."""
    return _run(OpenLoop(port, BODIES, rate=rate, seconds=plan.overload_seconds).run())


def measure_comparison(plan: LoadPlan) -> ClosedLoopFigures:
    """Compare every answer with the classifier's, the server keeping results in SQLite."""
    expected = classify_texts(read_sentences())
    with TemporaryDirectory(prefix="windvane-load-") as folder:
        uri = f"sqlite:///{Path(folder) / 'results.db'}"
        with serve({"WINDVANE_RESULT_LOG_URI": uri}) as port:
            return _run(ClosedLoop(port, expected, clients=plan.clients).send(plan.requests))


def check(results: LoadResults) -> None:
    """Check what must hold on any machine.

    Raises:
        LoadError: Something does not.
    """
    overload, comparison, wanted = results.overload, results.comparison, results.plan.requests
    must_be = (
        ("wrong answers", comparison.sent - comparison.right, 0),
        ("requests that were answered", comparison.sent, wanted),
        ("results that were recorded", comparison.recorded, wanted),
        ("results that can be read", comparison.readable, wanted),
        ("different result ids", comparison.different_ids, wanted),
        ("requests that failed under overload", sum(overload.failed.values()), 0),
        ("refusals without Retry-After", overload.shed - overload.shed_with_retry_after, 0),
        ("requests lost", overload.sent - overload.answered - overload.shed, 0),
    )
    broken = [f"{name}: {value}, not {right}" for name, value, right in must_be if value != right]
    if broken:
        named = {**overload.failed, **comparison.wrong}
        raise LoadError(f"{'; '.join(broken)} ({named})")


def _run(asked: Coroutine[Any, Any, FiguresT]) -> FiguresT:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(asked)
