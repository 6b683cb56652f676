"""The stages of a run, each of them with all peers in turn: A B C, A B C.

A shared machine drifts; turns let every peer meet the same weather, and the medians over the
rounds leave out the gusts.
"""

import statistics
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.figures import PeerFigures, median_latency, percentiles, share_equal
from benchmarks.packages import installed_mb
from benchmarks.peers.protocol import Setting
from benchmarks.plan import Plan
from benchmarks.processes import WorkerProcess
from benchmarks.registry import TORCH, PeerSpec


class Stages:
    """Measures a set of peers whose model folders are ready.

    Attributes:
        figures: What has been measured so far, by peer.
    """

    def __init__(
        self,
        folders: Mapping[PeerSpec, Path],
        plan: Plan,
        tell: Callable[[str], None],
    ) -> None:
        """Keep what is measured.

        Args:
            folders: The model folder of each peer.
            plan: How much is measured.
            tell: Gets a line at every step.
        """
        self.figures = {spec.name: PeerFigures(title=spec.title) for spec in folders}
        self._folders = folders
        self._plan = plan
        self._tell = tell

    def measure_sizes(self) -> None:
        """Weigh what each peer needs on disk."""
        for spec, folder in self._folders.items():
            files = (path for path in folder.resolve().rglob("*") if path.is_file())
            figures = self.figures[spec.name]
            figures.packages_mb = installed_mb(spec.packages, with_required=spec.with_required)
            figures.model_mb = sum(path.stat().st_size for path in files) / 1e6

    def measure_latency(self, threads: int) -> None:
        """Time single short texts."""
        with self._start_all(dict.fromkeys(self._folders, Setting(threads))) as workers:
            rounds = []
            for turn in range(self._plan.latency_rounds):
                self._tell(f"one text, {threads} thread(s): round {turn + 1}")
                rounds.append(
                    {
                        name: percentiles(worker.ask({"latency": self._plan.latency_calls})["ms"])
                        for name, worker in workers.items()
                    }
                )
        for name, figures in self.figures.items():
            figures.latency[threads] = median_latency([turn[name] for turn in rounds])

    def choose_settings(self) -> None:
        """Try each peer's ways to spread many texts, and keep the fastest."""
        for spec in self._folders:
            settings = list(
                spec.iter_bulk_settings(self._plan.bulk_threads, self._plan.batch_sizes)
            )
            if len(settings) > 1:
                seconds = {setting: self._try_setting(spec, setting) for setting in settings}
                settings.sort(key=seconds.__getitem__)
            self.figures[spec.name].setting = settings[0]

    def measure_bulk(self) -> None:
        """Time the length-mixed set, each peer with its fastest setting."""
        settings = {spec: self._fastest_setting(spec) for spec in self._folders}
        with self._start_all(settings) as workers:
            labels = {
                name: worker.ask({"labels": True})["labels"] for name, worker in workers.items()
            }
            # Some peers compile for each shape they meet: let them meet all of them first.
            for worker in workers.values():
                worker.ask({"bulk": 1, "texts": self._plan.bulk_texts})
            rounds = []
            for turn in range(self._plan.bulk_rounds):
                self._tell(f"many texts: round {turn + 1}")
                rounds.append(
                    {
                        name: worker.ask({"bulk": 1, "texts": self._plan.bulk_texts})["seconds"]
                        for name, worker in workers.items()
                    }
                )
            peaks = {name: worker.peak_memory_mb for name, worker in workers.items()}
        for name, figures in self.figures.items():
            figures.texts_per_second = self._plan.bulk_texts / statistics.median(
                r[name] for r in rounds
            )
            figures.peak_mb = peaks[name]
        self._compare_labels(labels)

    def measure_start(self) -> None:
        """Time fresh processes to their first answer; the earlier stages warmed the page cache."""
        starts: dict[str, list[float]] = {name: [] for name in self.figures}
        for turn in range(self._plan.starts):
            self._tell(f"fresh processes: round {turn + 1}")
            for spec in self._folders:
                with self._start(spec, Setting(self._plan.bulk_threads)) as worker:
                    starts[spec.name].append(worker.start_ms)
        for name, figures in self.figures.items():
            figures.start_ms = statistics.median(starts[name])

    def _try_setting(self, spec: PeerSpec, setting: Setting) -> float:
        self._tell(f"{spec.title}: {describe(setting)}")
        with self._start(spec, setting) as worker:
            seconds: float = worker.ask({"bulk": 2, "texts": self._plan.tried_texts})["seconds"]
        return seconds

    def _fastest_setting(self, spec: PeerSpec) -> Setting:
        return self.figures[spec.name].setting or Setting(self._plan.bulk_threads)

    def _compare_labels(self, labels: Mapping[str, list[str]]) -> None:
        if TORCH not in labels:
            return
        for spec in self._folders:
            if spec.same_checkpoint:
                agreement = share_equal(labels[spec.name], labels[TORCH])
                self.figures[spec.name].agreement = agreement

    def _start(self, spec: PeerSpec, setting: Setting) -> WorkerProcess:
        module = f"benchmarks.peers.{spec.name}"
        return WorkerProcess(module, self._folders[spec], setting)

    @contextmanager
    def _start_all(
        self, settings: Mapping[PeerSpec, Setting]
    ) -> Iterator[dict[str, WorkerProcess]]:
        with ExitStack() as stack:
            yield {
                spec.name: stack.enter_context(self._start(spec, setting))
                for spec, setting in settings.items()
            }


def describe(setting: Setting) -> str:
    """Put a setting into words."""
    return (
        f"batches of {setting.batch_size}, {setting.workers} at once, "
        f"{setting.threads} thread(s) each"
    )
