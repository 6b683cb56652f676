"""Results of an evaluation."""

from dataclasses import dataclass

from windvane.evaluation.behaviour.behaviour_figures import BehaviourFigures
from windvane.evaluation.file_figures import FileFigures
from windvane.inference.manifest import Manifest


@dataclass(frozen=True)
class FileEvaluation:
    """A bundle's figures on one file, and the number of unusable rows."""

    file: str
    rejected: int
    figures: FileFigures


@dataclass(frozen=True)
class Evaluation:
    """The results for all files, and for the behaviour suite if it was run."""

    manifest: Manifest
    files: list[FileEvaluation]
    behaviour: BehaviourFigures | None
