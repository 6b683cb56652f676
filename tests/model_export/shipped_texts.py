"""A slice of the texts that the export ships, and one longer than the tiny models read."""

from model_export.text_files import ACTIVATION_TEXTS_FILE, PARITY_TEXTS_FILE

ALL_PARITY_TEXTS = PARITY_TEXTS_FILE.read_text(encoding="utf-8").splitlines()
LONG_TEXT = " ".join(ALL_PARITY_TEXTS[:12])
SHORT_TEXTS = sorted(ALL_PARITY_TEXTS, key=len)[:96:8]
PARITY_TEXTS = [*SHORT_TEXTS, LONG_TEXT]
ACTIVATION_TEXTS = ACTIVATION_TEXTS_FILE.read_text(encoding="utf-8").splitlines()[::20]
