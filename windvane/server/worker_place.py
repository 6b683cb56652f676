"""Which of the worker processes a process is, and what part of the limits it has."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from windvane.settings import Settings


@dataclass(frozen=True)
class WorkerPlace:
    """The place of a worker process; one that replaces it has the same.

    Attributes:
        number: From 0.
        folder: Where all workers keep their metrics.
    """

    number: int
    folder: Path

    def note_process(self) -> None:
        """Let the other workers know this process."""
        self._to_process_file().write_text(str(os.getpid()), encoding="ascii")

    def note_end(self) -> None:
        """Remove what was said about the process of this place, which has ended: not its counts."""
        for file in (self._to_process_file(), *self.folder.glob(f"gauge_live*_{self.number}.db")):
            file.unlink(missing_ok=True)

    def list_processes(self) -> dict[int, str]:
        """List the ids of all workers' processes, by number."""
        files = sorted(self.folder.glob("*.pid"), key=lambda file: int(file.stem))
        return {int(file.stem): file.read_text(encoding="ascii") for file in files}

    def _to_process_file(self) -> Path:
        return self.folder / f"{self.number}.pid"


def share_limits(settings: Settings, number: int) -> Settings:
    """Give a worker its part of the threads and of the waiting requests, at least one of each.

    Args:
        settings: Those of all workers.
        number: Of the worker, from 0.
    """

    def share(total: int) -> int:
        rest = total % settings.workers
        return max(1, total // settings.workers + (number < rest))

    return replace(
        settings,
        threads=share(settings.threads),
        max_waiting_requests=share(settings.max_waiting_requests),
    )
