"""Types of the fixtures that load and export tiny checkpoints."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from model_export.checkpoint import Checkpoint
from model_export.parity import ParityReport
from windvane.inference.manifest import Manifest


@dataclass(frozen=True)
class Exported:
    """A bundle of a tiny checkpoint, and the report that came with it."""

    folder: Path
    manifest: Manifest
    report: ParityReport


LoadTiny = Callable[[str, int], Checkpoint]
ExportTiny = Callable[[str, int, str], Exported]
