"""Work on a part that leaves a trace, and does what its part's name says."""

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from windvane.inference.errors import BundleNotFoundError
from windvane.jobs.errors import InputChangedError, StorageError
from windvane.jobs.plan import Part, Piece
from windvane.jobs.summaries import PartSummary

OpenWork = Callable[[], Callable[[Part], PartSummary]]


def make_part(number: int, task: str = "") -> Part:
    return Part(number, (Piece(task, 0, 10, "etag"),))


def make_summary(number: int) -> PartSummary:
    return PartSummary(
        number=number,
        rows=10,
        rejected=1,
        labels={"positive": 9},
        lines=(10,),
        rejected_rows=(),
        reasons={"text: not empty": 1},
        model="tiny@1",
        seconds=0.01,
        output_bytes=100,
    )


def open_fake_work(folder: Path) -> OpenWork:
    """Name the process of each attempt in a file of the folder."""
    return partial(_open, folder)


def open_without_bundle() -> Callable[[Part], PartSummary]:
    raise BundleNotFoundError("There is no folder nowhere.")


def count_attempts(folder: Path, number: int) -> int:
    return len(list(folder.glob(f"{number}-*")))


def _open(folder: Path) -> Callable[[Part], PartSummary]:
    return partial(_work, folder)


def _work(folder: Path, part: Part) -> PartSummary:
    attempt = count_attempts(folder, part.number) + 1
    trace = folder / f"{part.number}-{attempt}"
    unfinished = trace.with_name(f".{trace.name}")
    unfinished.write_text(str(os.getpid()), encoding="utf-8")
    unfinished.rename(trace)  # whoever sees it can read it
    task = part.pieces[0].name
    if task == "kill" or (task == "kill once" and attempt == 1):
        os.kill(os.getpid(), signal.SIGKILL)
    if task == "exit":
        os._exit(3)
    if task == "refuse once" and attempt == 1:
        raise StorageError("The disk failed.")
    if task == "changed":
        raise InputChangedError("reviews.csv was changed.")
    if task == "no memory":
        raise MemoryError
    if task == "wait":
        time.sleep(60)
    return make_summary(part.number)
