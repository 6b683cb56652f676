"""Hyperparameters of training, which are recorded in `training.json`."""

from dataclasses import dataclass

DEFAULT_BASE = "all-MiniLM-L6-v2"


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """Hyperparameters of a run.

    Attributes:
        epochs: Passes over the data, possibly a fraction such as 1.5.
        batch_texts: Texts in a batch.
        max_tokens: Longest text, special tokens included; of a longer one each epoch reads
            another window.
        learning_rate: Highest learning rate, that of the new head and the last layer.
        layer_decay: Learning rate of each layer, as a share of that of the next one (Howard and
            Ruder 2018, arXiv:1801.06146).
        warmup: Share of the steps in which the learning rate rises; after that it falls to 0.
        weight_decay: AdamW's, on matrices only.
        dropout: Dropout rate; None keeps the base model's. 0 suits much data and a teacher.
        label_smoothing: Share of a target that is spread evenly over the labels.
        balance: Weighting of rare labels in a file: 0 is none, 1 makes all labels equal.
        teacher_share: Share of a target that comes from the teachers; the rest is the label.
        substitutions: Variants of each longer text with some words replaced, labelled by the
            teachers.
        averaging: Decay in each step of the averaged weights, which are the ones that are saved.
        freeze_embeddings: Whether the word embeddings are not trained.
        evaluations: Evaluations on the dev files in each epoch.
        patience: Evaluations without a better one after which the run stops.
        seed: Seed of all random choices.
    """

    epochs: float = 3
    batch_texts: int = 64
    max_tokens: int = 128
    learning_rate: float = 1e-4
    layer_decay: float = 0.9
    warmup: float = 0.06
    weight_decay: float = 0.01
    dropout: float | None = None
    label_smoothing: float = 0.05
    balance: float = 0.5
    teacher_share: float = 0.8
    substitutions: int = 0
    averaging: float = 0.999
    freeze_embeddings: bool = False
    evaluations: int = 4
    patience: int = 6
    seed: int = 1
