"""What a process of a job on this machine does: one part after the other, on one thread."""

from collections.abc import Callable
from functools import cache, partial

from windvane.bundle_store import open_bundle
from windvane.cli.jobs.local_storage import LocalStorage
from windvane.inference.classifier import Classifier
from windvane.jobs.plan import Part
from windvane.jobs.summaries import PartSummary
from windvane.jobs.working import run_part


def open_part_work(folder: str) -> Callable[[Part], PartSummary]:
    """Return what does a part of the job in a folder; the model is opened once."""
    return partial(_work, folder, LocalStorage())


def _work(folder: str, storage: LocalStorage, part: Part) -> PartSummary:
    return run_part(folder, part, storage, _open_classifier)


@cache
def _open_classifier(bundle_uri: str) -> Classifier:
    return Classifier(open_bundle(bundle_uri), threads=1)
