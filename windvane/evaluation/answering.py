"""Labelled files through the class that serves."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from windvane.evaluation.answered_set import AnsweredSet, choose_labels
from windvane.inference.classifier import Classifier
from windvane.rows.labelled_set import LabelledSet

Advance = Callable[[int], None]
_BLOCK_TEXTS = 64
_IMPOSSIBLE = 1e-12


def answer_file(
    classifier: Classifier, labelled: LabelledSet, advance: Advance = lambda _texts: None
) -> AnsweredSet:
    """Classify the texts of a file.

    Args:
        classifier: Its labels hold those of the file.
        labelled: The file.
        advance: Is told how many texts were classified since it was last told.

    Raises:
        ModelRunError: The model could not be run.
    """
    columns, labels = choose_labels(classifier.labels, labelled.ignored)
    logits, tokens = [], []
    for start in range(0, len(labelled.texts), _BLOCK_TEXTS):
        block = labelled.texts[start : start + _BLOCK_TEXTS]
        predictions = classifier.classify(block)
        logits += [prediction.logits for prediction in predictions]
        tokens += [prediction.tokens for prediction in predictions]
        advance(len(block))
    return AnsweredSet(
        labelled,
        labels,
        np.array(logits, dtype=np.float64)[:, columns],
        classifier.manifest.temperature,
        np.array(tokens, dtype=np.int64),
    )


def answer_with(
    probabilities: NDArray[np.float64], labels: Sequence[str], answered: AnsweredSet
) -> AnsweredSet:
    """Take a baseline's probabilities for the answers to the same texts.

    Args:
        probabilities: Shape (texts, num_labels).
        labels: Names of its columns, among them those of ``answered``.
        answered: What the model answered.
    """
    columns = [labels.index(label) for label in answered.labels]
    logits = np.log(np.maximum(probabilities[:, columns], _IMPOSSIBLE))
    return AnsweredSet(answered.labelled, answered.labels, logits, 1.0, answered.tokens)
