"""What the fixtures give: a tiny checkpoint's bundle, and how a test asks for one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def track(iterable: Iterable[Any], **_: Any) -> Iterable[Any]:
    """Show no progress."""
    return iterable
