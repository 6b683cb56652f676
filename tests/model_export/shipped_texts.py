"""A slice of the texts that the export ships, and one longer than the tiny models read."""

from pathlib import Path

_FOLDER = Path(__file__).parents[2] / "model_export" / "texts"
ALL_PARITY_TEXTS = (_FOLDER / "parity.txt").read_text(encoding="utf-8").splitlines()
LONG_TEXT = " ".join(ALL_PARITY_TEXTS[:12])
SHORT_TEXTS = sorted(ALL_PARITY_TEXTS, key=len)[:96:8]
PARITY_TEXTS = [*SHORT_TEXTS, LONG_TEXT]
CALIBRATION_TEXTS = (_FOLDER / "calibration.txt").read_text(encoding="utf-8").splitlines()[::20]
