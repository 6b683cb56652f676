"""Evaluation on the dev files during training."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from windvane.rows.labelled_set import LabelledSet
from windvane.training.examples import encode_texts
from windvane.training.hardware import Hardware
from windvane.training.logits import compute_logits


class DevelopmentFiles:
    """Labelled dev files, encoded once."""

    def __init__(
        self,
        files: Sequence[LabelledSet],
        tokenizer: PreTrainedTokenizerFast,
        labels: Sequence[str],
        max_tokens: int,
    ) -> None:
        self._labels = labels
        self._max_tokens = max_tokens
        names = _unique(file.name for file in files)
        self._files = {
            name: _DevelopmentFile(file, tokenizer, labels)
            for name, file in zip(names, files, strict=True)
        }

    def measure(self, model: PreTrainedModel, hardware: Hardware) -> dict[str, float]:
        """Compute the macro-recall of each file, over the labels that occur in it."""
        return {
            name: file.macro_recall(
                compute_logits(model, file.input_ids, hardware, max_tokens=self._max_tokens)
            )
            for name, file in self._files.items()
        }


def _unique(names: Iterable[str]) -> Iterator[str]:
    """Number repeated names: dev.csv, dev.csv (2)."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


class _DevelopmentFile:
    """Encoded texts and the columns of their labels."""

    def __init__(
        self, file: LabelledSet, tokenizer: PreTrainedTokenizerFast, labels: Sequence[str]
    ) -> None:
        self.input_ids = encode_texts(tokenizer, file.texts)
        self._truths = np.array([labels.index(label) for label in file.labels])
        self._ignored = [labels.index(label) for label in file.ignored]

    def macro_recall(self, logits: NDArray[np.float32]) -> float:
        logits[:, self._ignored] = -np.inf
        correct = logits.argmax(axis=1) == self._truths
        return float(np.mean([correct[self._truths == i].mean() for i in np.unique(self._truths)]))
