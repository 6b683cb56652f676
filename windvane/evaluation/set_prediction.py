"""Runs a classifier on a labelled set."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from windvane.evaluation.predicted_set import PredictedSet, choose_labels
from windvane.inference.classifier import Classifier
from windvane.rows.labelled_set import LabelledSet

Advance = Callable[[int], None]
_BLOCK_TEXTS = 64
_LEAST_PROBABILITY = 1e-12


def predict_set(
    classifier: Classifier, labelled: LabelledSet, advance: Advance = lambda _texts: None
) -> PredictedSet:
    """Classify the texts of a labelled set.

    Args:
        classifier: Its labels include those of the set.
        labelled: The set.
        advance: Called after each block with the number of texts in it.

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
    return PredictedSet(
        labelled,
        labels,
        np.array(logits, dtype=np.float64)[:, columns],
        classifier.manifest.temperature,
        np.array(tokens, dtype=np.int64),
    )


def set_from_probabilities(
    probabilities: NDArray[np.float64], labels: Sequence[str], predicted: PredictedSet
) -> PredictedSet:
    """Build the predictions of a baseline for the same texts.

    Args:
        probabilities: Shape (texts, num_labels).
        labels: Names of its columns; they include those of ``predicted``.
        predicted: The model's predictions.
    """
    columns = [labels.index(label) for label in predicted.labels]
    logits = np.log(np.maximum(probabilities[:, columns], _LEAST_PROBABILITY))
    return PredictedSet(predicted.labelled, predicted.labels, logits, 1.0, predicted.tokens)
