"""Work on the parts of a job of which one ends its process."""

import os
import signal
from collections.abc import Callable
from functools import partial

from windvane.cli.jobs.part_work import open_part_work
from windvane.jobs.plan import Part
from windvane.jobs.summaries import PartSummary


def open_deadly_work(folder: str, number: int) -> Callable[[Part], PartSummary]:
    """Do the parts of a job, but be killed by one of them."""
    return partial(_work_or_die, open_part_work(folder), number)


def _work_or_die(work: Callable[[Part], PartSummary], number: int, part: Part) -> PartSummary:
    if part.number == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return work(part)
