"""Whether a text looks like the language of the model, by a weight for each of its tokens.

A weight is the logarithm of the odds that a text with the token is in another language. The weights
of a text add up as in Naive Bayes. `windvane language` fits them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from windvane.inference.errors import BundleCorruptError

if TYPE_CHECKING:
    from numpy.typing import NDArray

OTHER = "other"
"""Any language but the model's."""
STEPS_PER_NAT = 32
"""A weight of 1 (odds of e to 1) is stored as this; the int8 range is odds of 53 to 1."""
MIN_TOKENS = 3
"""Fewer tokens that have a weight tell nothing: "si" or "chef" are words of many languages."""
MIN_LOG_ODDS = 1.5
"""Odds of 4.5 to 1, for either answer."""


class LanguageTest(msgspec.Struct, frozen=True):
    """Tells the model's language from all others.

    Attributes:
        language: Tag of the model's language.
        weights: int8, shape (vocabulary_size,), in 1 / `STEPS_PER_NAT`; above 0 for a token that
            other languages have more often. Special tokens, signs and digits have 0.
    """

    language: str
    weights: "NDArray[np.int8]"

    def find_language(self, input_ids: Sequence[int]) -> str | None:
        """Find the language of a text.

        Args:
            input_ids: Ids of all of its tokens, each once, however it is cut in windows.

        Returns:
            The tag of the model's language, `OTHER`, or None if the text has too few words to tell.
        """
        weights = self.weights[np.asarray(input_ids, np.intp)]
        log_odds = int(weights.sum(dtype=np.int64)) / STEPS_PER_NAT
        if np.count_nonzero(weights) < MIN_TOKENS or abs(log_odds) < MIN_LOG_ODDS:
            return None
        return OTHER if log_odds > 0 else self.language


def load_language_test(path: Path, language: str, vocabulary_size: int) -> LanguageTest:
    """Load the weights that `write_weights` wrote.

    Args:
        path: The file, one byte for each token.
        language: Tag of the model's language.
        vocabulary_size: Number of tokens that the model knows.

    Raises:
        BundleCorruptError: The file has another size, or cannot be read.
    """
    try:
        weights = np.fromfile(path, np.int8)
    except OSError as error:
        raise BundleCorruptError(f"{path} cannot be read: {error.strerror}.") from error
    if len(weights) != vocabulary_size:
        raise BundleCorruptError(
            f"{path} has {len(weights)} weights, and the model {vocabulary_size} tokens."
        )
    return LanguageTest(language, weights)


def write_weights(path: Path, log_odds: "NDArray[np.float64]") -> None:
    """Write the weights of a vocabulary, rounded to int8.

    Args:
        path: The file.
        log_odds: float64, shape (vocabulary_size,); natural logarithms.
    """
    steps = np.clip(np.round(log_odds * STEPS_PER_NAT), -127, 127)
    steps.astype(np.int8).tofile(path)
