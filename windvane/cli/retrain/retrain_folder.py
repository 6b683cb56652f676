"""The output folder of a retraining: what it holds, and whether a run may continue in it."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from windvane.cli.errors import CliError
from windvane.evaluation.corrections import CheckedCorrections, Correction
from windvane.facts import MANIFEST_FILE
from windvane.rows.record_writers import build_record_writer

RECORD_FILE = "retraining.json"
REPORT_FILES = ("report.html", "report.md")
DECISION_FILE = "gate.json"
_COLUMNS = ("text", "label", "model_label")


class _Record(msgspec.Struct, frozen=True):
    """The record of a run.

    Attributes:
        fingerprint: Hash of options and data.
        corrections: What their check counted; None until they are all written.
    """

    fingerprint: str
    corrections: dict[str, int] | None


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
        record = self._read()
        return record is not None and record.corrections is not None

    @property
    def has_bundle(self) -> bool:
        """Whether the challenger is exported."""
        return (self.bundle / MANIFEST_FILE).is_file()

    def begin(self, fingerprint: str, *, overwrite: bool) -> None:
        """Prepare for a run, which continues the one that is there.

        Args:
            fingerprint: Hash of options and data.
            overwrite: Whether what another run has made in the folder is removed.

        Raises:
            CliError: The folder holds something else, or a run of other options or data.
            OSError: It cannot be written.
        """
        record = self._read()
        if record is None and self.root.is_dir() and any(self.root.iterdir()):
            raise CliError(
                f"{self.root} is not empty and holds no retraining to continue; name another "
                "folder."
            )
        if record and record.corrections is not None:
            if record.fingerprint == fingerprint:
                return
            if not overwrite:
                raise CliError(
                    f"{self.root} holds a retraining with other options or data; name another "
                    "folder or add --overwrite."
                )
        self.root.mkdir(parents=True, exist_ok=True)
        self._write(_Record(fingerprint, None))  # first: whoever is killed here can continue
        self._clear()

    def keep(self, fingerprint: str, checked: CheckedCorrections) -> None:
        """Write the corrections, so that a run continues with the same ones.

        Raises:
            OSError: They cannot be written.
        """
        _write_corrections(self.learned, checked.learned)
        _write_corrections(self.held_out, checked.held_out)
        self._write(_Record(fingerprint, checked.counts()))

    def read_counts(self) -> dict[str, int]:
        """Read what the check of the corrections counted."""
        record = self._read()
        return dict(record.corrections or {}) if record else {}

    def _read(self) -> _Record | None:
        """Read the record; None if there is none."""
        try:
            return msgspec.json.decode((self.root / RECORD_FILE).read_bytes(), type=_Record)
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise CliError(
                f"{self.root / RECORD_FILE} is damaged; remove the folder to begin anew."
            ) from error

    def _write(self, record: _Record) -> None:
        content = msgspec.json.format(msgspec.json.encode(record), indent=2)
        partial = self.root / f"{RECORD_FILE}.part"
        partial.write_bytes(content + b"\n")
        partial.replace(self.root / RECORD_FILE)

    def _clear(self) -> None:
        """Remove what another run has made."""
        for folder in (self.checkpoint, self.bundle):
            if folder.exists():
                shutil.rmtree(folder)
        reports = [self.root / name for name in (*REPORT_FILES, DECISION_FILE)]
        for file in (self.learned, self.held_out, *reports):
            file.unlink(missing_ok=True)


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
