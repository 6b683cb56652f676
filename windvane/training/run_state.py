"""What a run needs to go on after it was killed: written every few minutes, whole or not at all."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from windvane.training.errors import ResumeError

STATE_FILE = "run-state.pt"
_SAVE_EVERY_SECONDS = 120


@dataclass
class Progress:
    """How far a run is.

    Attributes:
        step: Steps taken.
        best: The best mean figure on the dev files so far.
        worse: Measurements since then.
        history: A record a measurement: step, loss, and the figure of each dev file.
    """

    step: int = 0
    best: float = -1.0
    worse: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)


class RunState:
    """Keeps the state of the objects of a run in its folder."""

    def __init__(self, folder: Path, fingerprint: str, parts: dict[str, Any]) -> None:
        """Keep ``parts``, which have ``state_dict`` and ``load_state_dict``.

        Args:
            folder: Holds the state.
            fingerprint: Of the settings and the data; a state of another run is refused.
            parts: By name.
        """
        self._path = folder / STATE_FILE
        self._fingerprint = fingerprint
        self._parts = parts
        self._saved = time.monotonic()

    def save(self, progress: Progress, *, at_once: bool = False) -> None:
        """Write the state, unless it was written in the last two minutes."""
        if not at_once and time.monotonic() - self._saved < _SAVE_EVERY_SECONDS:
            return
        state = {
            "fingerprint": self._fingerprint,
            "progress": vars(progress),
            "random": _random_state(),
            **{name: part.state_dict() for name, part in self._parts.items()},
        }
        part_written = self._path.with_suffix(".part")
        torch.save(state, part_written)
        part_written.replace(self._path)
        self._saved = time.monotonic()

    def load(self) -> Progress:
        """Take the state of a run that was cut off, if there is one.

        Raises:
            ResumeError: It is the state of a run of other settings or data.
        """
        if not self._path.exists():
            return Progress()
        state = torch.load(self._path, map_location="cpu", weights_only=True)
        if state["fingerprint"] != self._fingerprint:
            raise ResumeError(
                f"{self._path} is the state of a run with other settings or data; "
                "name another folder, or remove that file to begin anew."
            )
        for name, part in self._parts.items():
            part.load_state_dict(state[name])
        torch.set_rng_state(state["random"]["cpu"])
        if torch.cuda.is_available() and "cuda" in state["random"]:
            torch.cuda.set_rng_state_all(state["random"]["cuda"])
        return Progress(**state["progress"])


def holds_state(folder: Path) -> bool:
    """Tell whether a run was cut off here, and can go on."""
    return (folder / STATE_FILE).exists()


def _random_state() -> dict[str, Any]:
    state: dict[str, Any] = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        state["cuda"] = torch.cuda.get_rng_state_all()
    return state
