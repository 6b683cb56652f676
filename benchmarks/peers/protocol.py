"""What a peer's module offers, and how it is told to use the processor."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MAX_TOKENS = 512
"""Every peer cuts here; no text of the benchmark is that long."""


@dataclass(frozen=True)
class Setting:
    """How a peer spreads work.

    Attributes:
        threads: Threads that one run may use.
        workers: Runs at once; ``threads * workers`` is what the peer may use in all.
        batch_size: Texts in one run.
    """

    threads: int
    workers: int = 1
    batch_size: int = 1


class Peer(Protocol):
    """An opened peer."""

    def classify(self, texts: Sequence[str]) -> list[str]:
        """Answer the label of each text, in order."""
        ...


class PeerModule(Protocol):
    """A module of this folder."""

    def prepare(self, checkpoint: Path, folder: Path) -> None:
        """Make ``folder``, which holds the peer's model, from a Hugging Face checkpoint."""
        ...

    def build(self, folder: Path, setting: Setting) -> Peer:
        """Open the model made by `prepare`."""
        ...
