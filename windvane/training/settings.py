"""What a person may choose of a training run; all of it is kept in the checkpoint."""

from dataclasses import dataclass

DEFAULT_BASE = "all-MiniLM-L6-v2"


@dataclass(frozen=True, kw_only=True)
class TrainingSettings:
    """The settings of a run.

    Attributes:
        epochs: How often the data is read; may be broken, such as 1.5.
        batch_texts: Texts that one step learns from.
        max_tokens: Longest text, special tokens included; of a longer one each epoch reads
            another window.
        learning_rate: Highest learning rate, that of the new head and the last layer.
        layer_decay: Each layer learns at this part of the rate of the one above it (Howard and
            Ruder 2018, arXiv:1801.06146).
        warmup: Part of the steps in which the rate rises; after that it falls to nothing.
        weight_decay: AdamW's, on matrices only.
        dropout: Part of the activations left out while learning; None is the base's own. 0 suits
            much data and a teacher.
        label_smoothing: Part of a label's probability that is spread over all labels.
        balance: How far rare labels of a file count more: 0 not at all, 1 until all count alike.
        teacher_share: Part of a target that is the teachers' answer; the rest is the label.
        substitutions: How many variants of each longer text, with other words in it, the teachers
            answer for more to learn from.
        averaging: Decay a step of the averaged weights, which are those that are kept.
        freeze_embeddings: Whether the word embeddings stay as they are.
        evaluations: How often an epoch is measured on the dev files.
        patience: Measurements without a better one after which the run stops.
        seed: Of everything that is random.
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
