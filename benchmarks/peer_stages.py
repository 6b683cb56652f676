"""The stages of a run. In each of them the peers take turns: A B C, A B C.

The speed of a shared machine drifts; with turns every peer meets the same conditions, and the
medians over the rounds leave out short disturbances.
"""

import statistics
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.command_line import Progress
from benchmarks.latency import median_latency, percentiles
from benchmarks.package_sizes import installed_mb
from benchmarks.peer_figures import PeerFigures, compute_spread, share_equal
from benchmarks.peer_process import PeerProcess, start_peer
from benchmarks.peer_registry import TORCH, PeerSpec
from benchmarks.peers.protocol import Setting
from benchmarks.plan import Plan

Workers = Mapping[str, PeerProcess]
"""Running peers by name."""


class Stages:
    """Measures peers whose model folders are ready.

    Attributes:
        figures: Figures by peer name.
    """

    def __init__(self, folders: Mapping[PeerSpec, Path], plan: Plan, progress: Progress) -> None:
        self.figures = {spec.name: PeerFigures(title=spec.title) for spec in folders}
        self._folders = folders
        self._plan = plan
        self._progress = progress

    def measure_sizes(self) -> None:
        """Measure what each peer needs on disk."""
        for spec, folder in self._folders.items():
            files = (path for path in folder.resolve().rglob("*") if path.is_file())
            figures = self.figures[spec.name]
            figures.packages_mb = installed_mb(spec.packages, with_required=spec.with_required)
            figures.model_mb = sum(path.stat().st_size for path in files) / 1e6

    def measure_latency(self, threads: int) -> None:
        """Time single short texts."""
        plan = self._plan
        with self._start_all(dict.fromkeys(self._folders, Setting(threads))) as workers:
            responses = self._run_rounds(
                f"one text, {threads} thread(s)",
                plan.latency_rounds,
                workers,
                {"latency": plan.latency_calls},
            )
        for name, figures in self.figures.items():
            rounds = [percentiles(response["ms"]) for response in responses[name]]
            figures.latency[threads] = median_latency(rounds)
            figures.p50_spread[threads] = compute_spread([latency.p50_ms for latency in rounds])

    def choose_settings(self) -> None:
        """Try each peer's ways to spread many texts, and choose the fastest."""
        for spec in self._folders:
            settings = list(
                spec.iter_bulk_settings(self._plan.bulk_threads, self._plan.batch_sizes)
            )
            if len(settings) > 1:
                seconds = {setting: self._try_setting(spec, setting) for setting in settings}
                settings.sort(key=seconds.__getitem__)
            self.figures[spec.name].setting = settings[0]

    def measure_bulk(self) -> None:
        """Time the length-mixed texts, each peer with its fastest setting."""
        plan = self._plan
        settings = {spec: self._fastest_setting(spec) for spec in self._folders}
        with self._start_all(settings) as workers:
            labels = {
                name: worker.request({"labels": True})["labels"] for name, worker in workers.items()
            }
            # Some peers compile for each new shape: a first pass shows them all shapes.
            bulk = {"bulk": 1, "texts": plan.bulk_texts}
            self._run_rounds("many texts: warm-up", 1, workers, bulk)
            responses = self._run_rounds("many texts", plan.bulk_rounds, workers, bulk)
            for name, worker in workers.items():
                self.figures[name].peak_mb = worker.peak_memory_mb
        for name, figures in self.figures.items():
            rates = [plan.bulk_texts / response["seconds"] for response in responses[name]]
            figures.texts_per_second = statistics.median(rates)
            figures.rate_spread = compute_spread(rates)
        self._compare_labels(labels)

    def measure_start(self) -> None:
        """Time new processes to their first prediction; earlier stages warmed the page cache."""
        starts: dict[str, list[float]] = {name: [] for name in self.figures}
        for turn in range(self._plan.starts):
            self._progress(f"new processes: round {turn + 1}")
            for spec in self._folders:
                with self._start(spec, Setting(self._plan.bulk_threads)) as worker:
                    starts[spec.name].append(worker.start_ms)
        for name, figures in self.figures.items():
            figures.start_ms = statistics.median(starts[name])

    def _run_rounds(
        self, title: str, rounds: int, workers: Workers, request: Mapping[str, Any]
    ) -> dict[str, list[dict[str, Any]]]:
        """Send a request to all peers in turn; returns the responses of each."""
        responses: dict[str, list[dict[str, Any]]] = {name: [] for name in workers}
        for turn in range(rounds):
            self._progress(f"{title}: round {turn + 1}")
            for name, worker in workers.items():
                responses[name].append(worker.request(request))
        return responses

    def _try_setting(self, spec: PeerSpec, setting: Setting) -> float:
        self._progress(f"{spec.title}: {setting}")
        with self._start(spec, setting) as worker:
            response = worker.request({"bulk": 2, "texts": self._plan.tried_texts})
        return float(response["seconds"])

    def _fastest_setting(self, spec: PeerSpec) -> Setting:
        return self.figures[spec.name].setting or Setting(self._plan.bulk_threads)

    def _compare_labels(self, labels: Mapping[str, list[str]]) -> None:
        if TORCH not in labels:
            return
        for spec in self._folders:
            if spec.same_checkpoint:
                agreement = share_equal(labels[spec.name], labels[TORCH])
                self.figures[spec.name].agreement = agreement

    def _start(self, spec: PeerSpec, setting: Setting) -> AbstractContextManager[PeerProcess]:
        return start_peer(f"benchmarks.peers.{spec.name}", self._folders[spec], setting)

    @contextmanager
    def _start_all(self, settings: Mapping[PeerSpec, Setting]) -> Iterator[Workers]:
        with ExitStack() as stack:
            yield {
                spec.name: stack.enter_context(self._start(spec, setting))
                for spec, setting in settings.items()
            }
