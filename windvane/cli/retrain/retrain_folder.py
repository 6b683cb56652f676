"""The output folder of a retraining: what it holds, and whether a run may continue in it."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from windvane.cli.errors import CliError
from windvane.evaluation.corrections import CheckedCorrections, Correction
from windvane.facts import MANIFEST_FILE
from windvane.rows.record_writers import build_record_writer

RECORD_FILE = "retraining.json"
_COLUMNS = ("text", "label", "model_label")


@dataclass(frozen=True)
class RetrainFolder:
    """Paths of an output folder."""

    root: Path

    @property
    def learned(self) -> Path:
        """The corrections that are learned, as JSON Lines."""
        return self.root / "corrections.jsonl"

    @property
    def held_out(self) -> Path:
        """The corrections that are measured on."""
        return self.root / "held-out-corrections.jsonl"

    @property
    def checkpoint(self) -> Path:
        """The fine-tuned checkpoint."""
        return self.root / "checkpoint"

    @property
    def bundle(self) -> Path:
        """The challenger."""
        return self.root / "bundle"

    @property
    def has_corrections(self) -> bool:
        """Whether a run has read the corrections."""
        return (self.root / RECORD_FILE).is_file()

    @property
    def has_bundle(self) -> bool:
        """Whether the challenger is exported."""
        return (self.bundle / MANIFEST_FILE).is_file()

    def begin(self, fingerprint: str, *, overwrite: bool) -> None:
        """Prepare for a run, which continues the one that is there.

        Args:
            fingerprint: Hash of options and data.
            overwrite: Whether another run in the folder is removed.

        Raises:
            CliError: The folder holds something else, or a run of other options or data.
            OSError: It cannot be written.
        """
        if self.has_corrections and self._read()["fingerprint"] == fingerprint:
            return
        if self.has_corrections and not overwrite:
            raise CliError(
                f"{self.root} holds a retraining with other options or data; name another folder "
                "or add --overwrite."
            )
        if self.has_corrections:
            shutil.rmtree(self.root)
        if self.root.is_dir() and any(self.root.iterdir()):
            raise CliError(
                f"{self.root} is not empty and holds no retraining to continue; name another "
                "folder."
            )
        self.root.mkdir(parents=True, exist_ok=True)

    def keep(self, fingerprint: str, checked: CheckedCorrections) -> None:
        """Write the corrections, so that a run continues with the same ones.

        Raises:
            OSError: They cannot be written.
        """
        _write_corrections(self.learned, checked.learned)
        _write_corrections(self.held_out, checked.held_out)
        record = {"fingerprint": fingerprint, "corrections": checked.counts()}
        partial = self.root / f"{RECORD_FILE}.part"
        partial.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        partial.replace(self.root / RECORD_FILE)

    def read_counts(self) -> dict[str, int]:
        """Read what the check of the corrections counted."""
        counts: dict[str, int] = self._read()["corrections"]
        return counts

    def _read(self) -> dict[str, Any]:
        try:
            record: dict[str, Any] = json.loads((self.root / RECORD_FILE).read_bytes())
            return {"fingerprint": record["fingerprint"], "corrections": record["corrections"]}
        except (KeyError, TypeError, ValueError) as error:
            raise CliError(
                f"{self.root / RECORD_FILE} is damaged; remove the folder to begin anew."
            ) from error


def fingerprint_of(inputs: Mapping[str, Any]) -> str:
    """Hash what determines the result of a run."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, default=str).encode()).hexdigest()


def _write_corrections(path: Path, corrections: Sequence[Correction]) -> None:
    path.touch(mode=0o600)  # it holds texts
    with path.open("w", encoding="utf-8") as stream:
        write = build_record_writer(stream, "jsonl", _COLUMNS)
        for correction in corrections:
            cells = (correction.text, correction.label, correction.model_label)
            write(dict(zip(_COLUMNS, cells, strict=True)))
