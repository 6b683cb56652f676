"""State of a run, saved atomically every few minutes, from which it continues after a kill."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from windvane.training.errors import ResumeError

STATE_FILE = "run-state.pt"
_SAVE_EVERY_SECONDS = 120


@dataclass
class RunProgress:
    """Progress of a run.

    Attributes:
        step: Steps taken.
        best: Best mean macro-recall on the dev files so far.
        worse: Evaluations since the best one.
        history: A record of each evaluation: step, loss, and the macro-recall of each dev file.
    """

    step: int = 0
    best: float = -1.0
    worse: int = 0
    history: list[dict[str, Any]] = field(default_factory=list)


class RunState:
    """Saves and loads the state of a run in its folder."""

    def __init__(self, folder: Path, fingerprint: str, parts: dict[str, Any]) -> None:
        """Prepare to save and load.

        Args:
            folder: Folder of the state file.
            fingerprint: Hash of the settings and the data; the state of another run is refused.
            parts: Objects with ``state_dict`` and ``load_state_dict``, by name.
        """
        self._path = folder / STATE_FILE
        self._fingerprint = fingerprint
        self._parts = parts
        self._saved = time.monotonic()

    def save(self, progress: RunProgress, *, at_once: bool = False) -> None:
        """Write the state, unless it was written in the last two minutes or ``at_once`` is set."""
        if not at_once and time.monotonic() - self._saved < _SAVE_EVERY_SECONDS:
            return
        state = {
            "fingerprint": self._fingerprint,
            "progress": vars(progress),
            "random": _random_state(),
            **{name: part.state_dict() for name, part in self._parts.items()},
        }
        temporary = self._path.with_suffix(".part")
        torch.save(state, temporary)
        temporary.replace(self._path)
        self._saved = time.monotonic()

    def load(self) -> RunProgress:
        """Load the state of an interrupted run, if there is one.

        Raises:
            ResumeError: It is the state of a run with other settings or data.
        """
        if not self._path.exists():
            return RunProgress()
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
        return RunProgress(**state["progress"])


def holds_state(folder: Path) -> bool:
    """Return whether the folder holds an interrupted run that can continue."""
    return (folder / STATE_FILE).exists()


def _random_state() -> dict[str, Any]:
    state: dict[str, Any] = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        state["cuda"] = torch.cuda.get_rng_state_all()
    return state
