"""What an evaluation found."""

from dataclasses import dataclass

from windvane.evaluation.behaviour.behaviour_figures import BehaviourFigures
from windvane.evaluation.file_figures import FileFigures
from windvane.inference.manifest import Manifest


@dataclass(frozen=True)
class FileEvaluation:
    """A bundle's figures on one file, and how many of its rows could not be used."""

    file: str
    rejected: int
    figures: FileFigures


@dataclass(frozen=True)
class Evaluation:
    """All that was measured."""

    manifest: Manifest
    files: list[FileEvaluation]
    behaviour: BehaviourFigures | None
