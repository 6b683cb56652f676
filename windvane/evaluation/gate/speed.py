"""Times two models side by side."""

from collections.abc import Sequence
from time import perf_counter

import numpy as np

from windvane.evaluation.gate.figures import Pair
from windvane.inference.classifier import Classifier

TIMED_TEXTS = 200
_WARM_UP = 10


def time_side_by_side(models: Pair[Classifier], texts: Sequence[str]) -> Pair[float]:
    """Time one text after the other, each with both models, so that a busy moment hits both.

    Args:
        models: One text at a time runs on one thread, however many the classifiers have.
        texts: At least one; the first 200 are timed, and repeated if there are fewer.

    Returns:
        Median milliseconds per text.

    Raises:
        ModelRunError: A model could not be run.
    """
    timed = [texts[i % len(texts)] for i in range(TIMED_TEXTS)]
    pair = (models.champion, models.challenger)
    for classifier in pair:
        classifier.classify(timed[:_WARM_UP])
    times: list[list[float]] = [[], []]
    for number, text in enumerate(timed):
        for which in (0, 1) if number % 2 else (1, 0):
            started = perf_counter()
            pair[which].classify([text])
            times[which].append(1e3 * (perf_counter() - started))
    return Pair(*(float(np.median(each)) for each in times))
