"""Reads the labelled files of a retraining, and keeps them apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from windvane.cli.train.training_files import read_training_file, require_disjoint
from windvane.evaluation.corrections import leave_out_texts
from windvane.evaluation.gate.model_comparison import Sets
from windvane.inference.lineage import DataFile
from windvane.rows.labelled_files import LabelledFile, read_labelled_file
from windvane.rows.labelled_set import LabelledSet
from windvane.rows.rejects import Rejects

CORRECTIONS, HELD_OUT = "corrections", "held_out_corrections"


@dataclass(frozen=True, kw_only=True)
class RetrainData:
    """The labelled texts of a retraining.

    Attributes:
        learned: Corrections to learn.
        held_out: Corrections to measure on.
        replay: Data of old, without the texts of the corrections and the evaluation files.
        dev: Texts to choose the weights and the temperature on.
        evaluation: Frozen evaluation files, by their tables of the gate file.
    """

    learned: LabelledSet
    held_out: LabelledSet
    replay: Sequence[LabelledSet]
    dev: Sequence[LabelledSet]
    evaluation: Sets

    def sets(self) -> dict[str, LabelledSet]:
        """Return what the gate measures, by table."""
        return {**self.evaluation, CORRECTIONS: self.learned, HELD_OUT: self.held_out}

    def describe(self) -> list[DataFile]:
        """List every file for the lineage."""
        return [
            *_describe(CORRECTIONS, [self.learned]),
            *_describe(HELD_OUT, [self.held_out]),
            *_describe("replay", self.replay),
            *_describe("dev", self.dev),
            *_describe("evaluation", list(self.evaluation.values())),
        ]


def read_corrections_file(path: Path, labels: Sequence[str], weight: float) -> LabelledSet:
    """Read the corrections that a run has written."""
    file = LabelledFile(path=str(path), weight=weight)
    return read_labelled_file(file, labels, Rejects(None, str(path)))


def read_replay(
    files: Sequence[LabelledFile], labels: Sequence[str], others: Sequence[LabelledSet]
) -> list[LabelledSet]:
    """Read data of old without the texts that other sets have.

    Raises:
        EvaluationError: No text of a file is left.
        RowsError: A file cannot be used.
        OSError: A file cannot be read.
    """
    return [leave_out_texts(read_training_file(file, labels), others) for file in files]


def split_dev(
    replay: Sequence[LabelledSet], dev: Sequence[LabelledSet], seed: int
) -> tuple[list[LabelledSet], list[LabelledSet]]:
    """Hold out a tenth of the replayed data, unless there are dev files.

    Raises:
        CliError: A file is given as both.
        TrainingError: A file is too small to split.
    """
    from windvane.training.holdout import hold_out

    require_disjoint(replay, dev)
    return (list(replay), list(dev)) if dev else hold_out(replay, seed)


def describe_files(files: Sequence[LabelledFile]) -> list[object]:
    """Describe files and how they are read, for a fingerprint."""
    from windvane.inference.bundle_files import sha256_of

    return [
        [Path(file.path).name, sha256_of(Path(file.path)), str(replace(file, path=""))]
        for file in files
    ]


def _describe(role: str, files: Sequence[LabelledSet]) -> list[DataFile]:
    return [DataFile(role, file.name, file.sha256, len(file.texts)) for file in files]
