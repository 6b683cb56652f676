"""Metrics of all worker processes, whichever of them is asked.

Each worker counts in files, which prometheus_client adds up
(https://prometheus.github.io/client_python/multiprocess/). A worker that replaces another goes on
with the files of its place, so that counters never fall.
"""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Metric, ProcessCollector, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from windvane.server.worker_place import WorkerPlace


def expose_workers(registry: CollectorRegistry, place: WorkerPlace) -> None:
    """Let metrics that are created from now on count in files, and a registry expose all files."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(place.folder)
    values.ValueClass = values.MultiProcessValue(lambda: place.number)  # type: ignore[no-untyped-call]
    MultiProcessCollector(registry, str(place.folder))  # type: ignore[no-untyped-call]
    registry.register(WorkerProcessCollector(place))


class WorkerProcessCollector(Collector):
    """Collects CPU, memory and open files of each worker, under the label ``worker``."""

    def __init__(self, place: WorkerPlace) -> None:
        self._place = place

    def collect(self) -> Iterator[Metric]:
        """Read them from ``/proc``; a worker that has just ended is left out."""
        families: dict[str, Metric] = {}
        for number, process in self._place.list_processes().items():
            label = {"worker": str(number)}
            for metric in _collect_process(process):
                family = families.setdefault(metric.name, metric)
                samples = [sample._replace(labels=label) for sample in metric.samples]
                family.samples = [*(family.samples if family is not metric else []), *samples]
        yield from families.values()


def _collect_process(process: str) -> list[Metric]:
    return list(ProcessCollector(pid=lambda: process, registry=None).collect())
