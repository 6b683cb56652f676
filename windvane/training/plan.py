"""The inputs of a training run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model_export.normalizations import DEFAULT_NORMALIZATION
from windvane.rows.labelled_set import LabelledSet
from windvane.training.settings import TrainingSettings


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """Everything that determines the result of a run.

    Attributes:
        base: Name, folder or Hugging Face id of the encoder to start from.
        labels: Names in the order of the logits.
        sources: Labelled texts to learn from.
        corrections: Labelled texts to learn from whose labels teachers have no say in.
        development: Labelled texts to choose the best weights on.
        teachers: Folders of checkpoints whose probabilities are learned as well.
        augmented: Whether to add generated sentences (`windvane.training.augmentation`).
        teacher_cache: Folder where the teachers' probabilities are cached; it is created.
        settings: Hyperparameters.
        normalization: Name of the rules by which the exported bundle will read texts
            (`model_export.normalizations`); the texts are learned as they leave them.
    """

    base: str
    labels: Sequence[str]
    sources: Sequence[LabelledSet]
    development: Sequence[LabelledSet]
    corrections: Sequence[LabelledSet] = ()
    teachers: Sequence[Path] = ()
    augmented: bool = False
    teacher_cache: Path = Path("answers")
    settings: TrainingSettings = field(default_factory=TrainingSettings)
    normalization: str = DEFAULT_NORMALIZATION
