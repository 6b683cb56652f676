"""What to train, and on what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from windvane.rows.labelled_set import LabelledSet
from windvane.training.settings import TrainingSettings


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """All that decides what comes out.

    Attributes:
        base: Name or folder of the encoder to start from.
        labels: Names in the order of the logits.
        sources: What to learn from.
        development: What to choose the best weights on; none of it is learned from.
        teachers: Checkpoints to learn from as well.
        augmented: Whether to add the sentences of our own (`windvane.training.augmentation`).
        teacher_cache: Folder where the teachers' probabilities are cached; it is created.
        settings: The rest.
    """

    base: str
    labels: Sequence[str]
    sources: Sequence[LabelledSet]
    development: Sequence[LabelledSet]
    teachers: Sequence[Path] = ()
    augmented: bool = False
    teacher_cache: Path = Path("answers")
    settings: TrainingSettings = field(default_factory=TrainingSettings)
