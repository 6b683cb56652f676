"""Runs jobs in memory, with the tiny bundle or a classifier that fails as it is told to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tiny_bundle import LABELS
from tests.windvane.jobs.memory_storage import MemoryStorage
from windvane.inference.bundle import load_bundle
from windvane.inference.classifier import Classifier
from windvane.inference.errors import ModelRunError
from windvane.inference.predictions import Prediction
from windvane.jobs.finishing import finish_job
from windvane.jobs.job import Job
from windvane.jobs.planning import PlanLimits, PlannedJob, make_plan
from windvane.jobs.summaries import JobManifest
from windvane.jobs.working import ClassifierSource, run_part

INPUT = "s3://texts/in/"
OUTPUT = "s3://results"
POISON = "poison"


def plan_job(
    objects: Mapping[str, bytes], job: Job, *, part_bytes: int = 40
) -> tuple[MemoryStorage, PlannedJob]:
    """Plan a job over objects, by their names below `INPUT`."""
    storage = MemoryStorage({f"{INPUT}{name}": content for name, content in objects.items()})
    limits = PlanLimits(part_bytes=part_bytes)
    return storage, make_plan(job, "run", storage, "bundle", limits)


def build_job(**fields: Any) -> Job:
    return Job(**{"input": INPUT, "output": OUTPUT, **fields})


def run_job(
    objects: Mapping[str, bytes], job: Job, source: ClassifierSource, *, part_bytes: int = 40
) -> tuple[MemoryStorage, JobManifest]:
    storage, planned = plan_job(objects, job, part_bytes=part_bytes)
    for part in planned.parts:
        run_part(planned.plan.folder, part, storage, source)
    return storage, finish_job(planned.plan.folder, storage)


def read_results(storage: MemoryStorage, manifest: JobManifest) -> list[dict[str, Any]]:
    """Read the rows of all parts, or of the joined results."""
    lines = [line for name in manifest.results for line in storage.objects[name].splitlines()]
    return [json.loads(line) for line in lines]


def open_tiny(folder: Path) -> Classifier:
    return Classifier(load_bundle(folder), threads=1)


@dataclass(frozen=True)
class PoisonedModel:
    name: str = "poisoned"
    version: str = "1"


class PoisonedClassifier:
    """Cannot run a text that holds `POISON`, nor a batch with one."""

    def __init__(self, labels: Sequence[str] = tuple(LABELS.values())) -> None:
        self.labels = labels
        self.manifest = PoisonedModel()

    def classify(self, texts: Sequence[str]) -> list[Prediction]:
        if any(POISON in text for text in texts):
            raise ModelRunError("the model could not be run")
        scores = dict.fromkeys(self.labels, 0.25) | {"neutral": 0.5}
        return [Prediction("neutral", 0.5, scores, 3, 1) for _ in texts]
