"""How good the model is while it learns, on files that it does not learn from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from windvane.rows.labelled_set import LabelledSet
from windvane.training.answers import answer
from windvane.training.examples import encode_texts
from windvane.training.hardware import Hardware


class DevelopmentFiles:
    """Labelled files, encoded once and measured often."""

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
        """Work out the macro-recall of each file, over the labels that occur in it."""
        return {
            name: file.macro_recall(
                answer(model, file.input_ids, hardware, max_tokens=self._max_tokens)
            )
            for name, file in self._files.items()
        }


def _unique(names: Iterable[str]) -> Iterator[str]:
    """Number names that occurred before: dev.csv, dev.csv (2)."""
    seen: Counter[str] = Counter()
    for name in names:
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


class _DevelopmentFile:
    """A file's texts, encoded, and the columns of their labels."""

    def __init__(
        self, file: LabelledSet, tokenizer: PreTrainedTokenizerFast, labels: Sequence[str]
    ) -> None:
        self.input_ids = encode_texts(tokenizer, file.texts)
        self._truths = np.array([labels.index(label) for label in file.labels])
        self._ignored = [labels.index(label) for label in file.ignored]

    def macro_recall(self, logits: NDArray[np.float32]) -> float:
        logits[:, self._ignored] = -np.inf
        right = logits.argmax(axis=1) == self._truths
        return float(np.mean([right[self._truths == i].mean() for i in np.unique(self._truths)]))
