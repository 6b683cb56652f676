"""Interface of a peer's module, and the settings that it gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MAX_TOKENS = 512
"""Every peer truncates here; no text of the benchmark is that long."""


@dataclass(frozen=True)
class Setting:
    """How a peer spreads work.

    Attributes:
        threads: Threads that one run may use.
        workers: Concurrent runs; a peer may use ``threads * workers`` threads in total.
        batch_size: Texts in one run.
    """

    threads: int
    workers: int = 1
    batch_size: int = 1

    def __str__(self) -> str:
        return (
            f"batches of {self.batch_size}, {self.workers} at once, {self.threads} thread(s) each"
        )


class Peer(Protocol):
    """An opened peer."""

    def classify(self, texts: Sequence[str]) -> list[str]:
        """Return the label of each text, in order."""
        ...


class PeerModule(Protocol):
    """A module of `benchmarks.peers`."""

    def prepare(self, checkpoint: Path, folder: Path) -> None:
        """Write the peer's model into ``folder``, made from a Hugging Face checkpoint."""
        ...

    def build(self, folder: Path, setting: Setting) -> Peer:
        """Open the model made by `prepare`."""
        ...
