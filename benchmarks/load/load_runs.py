"""The three runs of ``make bench-load``: capacity, overload and comparison."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.command_line import BenchmarkError, Progress
from benchmarks.load.compared_loop import ComparedLoop, Expected
from benchmarks.load.http_client import run_async
from benchmarks.load.load_results import (
    ClosedLoopFigures,
    LoadPlan,
    LoadResults,
    OpenLoopFigures,
)
from benchmarks.load.open_loop import OpenLoop
from benchmarks.machine import read_machine
from benchmarks.server_process import SHORT_BODIES, WINDVANE_SERVER, start_server
from benchmarks.texts import SHORT_TEXTS, read_sentences
from windvane.bundle_store import open_bundle
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.classifier import Classifier
from windvane.settings import load_settings


class LoadError(BenchmarkError):
    """The server lost, changed or failed requests; the message lists the failed checks."""


def measure(plan: LoadPlan, progress: Progress) -> LoadResults:
    """Measure all three, and check what must hold on any machine.

    Raises:
        ServerStartError: The server did not start.
        LoadError: A check failed.
    """
    settings = load_settings({})
    with start_server(WINDVANE_SERVER) as server:
        progress("measuring the capacity")
        capacity = measure_capacity(server.port, plan)
        rate = capacity.per_second * plan.overload_factor
        progress(f"sending {rate:.0f} requests a second, {plan.overload_factor:g} x the capacity")
        overload = measure_overload(server.port, plan, rate)
    progress(f"comparing {plan.requests:,} responses")
    results = LoadResults(
        machine=read_machine(),
        plan=plan,
        threads=settings.threads,
        max_waiting_requests=settings.max_waiting_requests,
        capacity=capacity,
        overload=overload,
        comparison=measure_comparison(plan),
    )
    check(results)
    return results


def measure_capacity(port: int, plan: LoadPlan) -> ClosedLoopFigures:
    """Run a closed loop without pauses, after a second of warm-up."""
    expected = classify_texts(SHORT_TEXTS)
    for seconds in (1.0, plan.capacity_seconds):
        loop = ComparedLoop(port, expected, clients=plan.capacity_clients)
        figures = run_async(loop.send_for(seconds))
    return figures


def measure_overload(port: int, plan: LoadPlan, rate: float) -> OpenLoopFigures:
    """Run an open loop."""
    return run_async(OpenLoop(port, SHORT_BODIES, rate=rate, seconds=plan.overload_seconds).run())


def measure_comparison(plan: LoadPlan) -> ClosedLoopFigures:
    """Compare every response with the classifier's prediction, results recorded in SQLite."""
    expected = classify_texts(read_sentences())
    with TemporaryDirectory(prefix="windvane-load-") as folder:
        log = {"WINDVANE_RESULT_LOG_URI": f"sqlite:///{Path(folder) / 'results.db'}"}
        with start_server(WINDVANE_SERVER, environ=log) as server:
            loop = ComparedLoop(server.port, expected, clients=plan.clients)
            return run_async(loop.send(plan.requests))


def classify_texts(texts: Sequence[str], bundle: str = str(DEFAULT_BUNDLE)) -> dict[str, Expected]:
    """Classify texts without a server."""
    classifier = Classifier(open_bundle(bundle), threads=1)
    predictions = classifier.classify(texts)
    classifier.close()
    return {
        text: Expected(prediction.label, prediction.score)
        for text, prediction in zip(texts, predictions, strict=True)
    }


def check(results: LoadResults) -> None:
    """Check what must hold on any machine.

    Raises:
        LoadError: A check failed.
    """
    overload, comparison, requests = results.overload, results.comparison, results.plan.requests
    checks = (
        ("wrong responses", comparison.sent - comparison.right, 0),
        ("requests with a response", comparison.sent, requests),
        ("results that were recorded", comparison.recorded, requests),
        ("results that can be read", comparison.readable, requests),
        ("different result ids", comparison.different_ids, requests),
        ("requests that failed under overload", sum(overload.failed.values()), 0),
        ("refusals without Retry-After", overload.shed - overload.shed_with_retry_after, 0),
        ("requests lost", overload.sent - overload.succeeded - overload.shed, 0),
    )
    failed = [f"{name}: {value}, not {right}" for name, value, right in checks if value != right]
    if failed:
        kinds = {**overload.failed, **comparison.wrong}
        raise LoadError(f"{'; '.join(failed)} ({kinds})")
