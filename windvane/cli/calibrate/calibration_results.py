"""Results of a calibration."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from windvane.calibration.gains import Gain
from windvane.calibration.offset_fit import FittedOffsets
from windvane.calibration.usable_rows import UsableRows
from windvane.calibration.verdict import Verdict
from windvane.inference.manifest import Manifest


@dataclass(frozen=True)
class WrittenBundle:
    """A bundle that was written, and where."""

    folder: Path
    manifest: Manifest


@dataclass(frozen=True)
class CalibrationResults:
    """What was fitted and measured.

    Attributes:
        manifest: Of the bundle as it is.
        usable: The rows.
        labels: Labels that the rows do not ignore, in the order of the offsets.
        fitted: Offsets and temperature.
        gains: Cross-validated figures by name.
        verdict: Whether the calibration helps.
        written: The new bundle; None if there is none.
    """

    manifest: Manifest
    usable: UsableRows
    labels: tuple[str, ...]
    fitted: FittedOffsets
    gains: Mapping[str, Gain]
    verdict: Verdict
    written: WrittenBundle | None = None
