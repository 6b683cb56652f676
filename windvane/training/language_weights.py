"""Fits the weights of `windvane.inference.language` to texts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from windvane.training.errors import TrainingError
from windvane.training.language_tokens import TellingTokens

FEWEST_TEXTS = 100
_REGULARIZATION = 1.0
_TOLERANCE = 2e-3
_MOST_STEPS = 300

Encoded = Sequence[Sequence[int]]
"""Token ids of each text."""


@dataclass(frozen=True)
class LanguageTexts:
    """Encoded texts of the model's language, and of other ones."""

    own: Encoded
    other: Encoded


def fit_weights(texts: LanguageTexts, tokens: TellingTokens) -> NDArray[np.float64]:
    """Fit a logistic regression on which tokens a text has.

    There is no intercept, so that a text without a known word is undecided, and both kinds of texts
    count the same, however many there are.

    Args:
        texts: Texts to fit to.
        tokens: The tokens that get a weight.

    Returns:
        Natural logarithms of odds, float64, shape (vocabulary_size,); above 0 for other languages.

    Raises:
        TrainingError: There are too few texts of a kind.
    """
    for name, encoded in (("language", texts.own), ("other languages", texts.other)):
        if len(encoded) < FEWEST_TEXTS:
            raise TrainingError(
                f"There are {len(encoded)} texts of the {name} to fit to; "
                f"{FEWEST_TEXTS} are the fewest."
            )
    scripts = tokens.map_scripts(tokens.find_home_script(texts.own))
    found = _mark_tokens([*texts.own, *texts.other], tokens.mask)
    is_other = np.repeat([0, 1], [len(texts.own), len(texts.other)])
    model = LogisticRegression(
        C=_REGULARIZATION, fit_intercept=False, tol=_TOLERANCE, max_iter=_MOST_STEPS
    )
    balance = np.where(is_other, len(texts.own) / len(texts.other), 1.0)
    model.fit(hstack([found, found @ scripts]).tocsr(), is_other, sample_weight=balance)
    by_token, by_script = np.split(model.coef_[0], [len(tokens.scripts)])
    weights: NDArray[np.float64] = np.where(tokens.mask, by_token + scripts @ by_script, 0.0)
    return weights


def _mark_tokens(texts: Encoded, mask: NDArray[np.bool_]) -> csr_matrix:
    """Mark which tokens each text has: ones, shape (texts, vocabulary_size)."""
    distinct = [np.unique(np.array(ids, dtype=np.int64)) for ids in texts]
    rows = np.repeat(np.arange(len(distinct)), [len(ids) for ids in distinct])
    columns = np.concatenate(distinct)
    kept = mask[columns]
    cells = (rows[kept], columns[kept])
    return csr_matrix((np.ones(kept.sum()), cells), shape=(len(texts), len(mask)))
