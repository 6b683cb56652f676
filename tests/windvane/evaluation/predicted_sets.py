"""Made-up predictions of a model."""

from __future__ import annotations

import numpy as np

from windvane.evaluation.predicted_set import PredictedSet
from windvane.rows.labelled_set import LabelledSet

LABELS = ("negative", "neutral", "positive")
ROWS = (
    # text, true label, logits, tokens
    ("awful", "negative", (4.0, 0.0, 0.0), 3),
    ("on a table", "neutral", (0.0, 2.0, 0.0), 5),
    ("lovely <b>", "positive", (3.0, 0.0, 0.0), 20),
    ("nice", "positive", (0.0, 0.0, 1.0), 3),
)


def build_predicted(temperature: float = 1.0) -> PredictedSet:
    texts, labels = [row[0] for row in ROWS], [row[1] for row in ROWS]
    labelled = LabelledSet("made-up.csv", "0" * 64, texts, labels, range(2, 6))
    logits, tokens = np.array([row[2] for row in ROWS]), np.array([row[3] for row in ROWS])
    return PredictedSet(labelled, LABELS, logits, temperature, tokens)
