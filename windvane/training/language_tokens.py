"""The tokens of a vocabulary that can tell a language, and the script of each."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer


@dataclass(frozen=True)
class TellingTokens:
    """Which tokens have letters.

    Attributes:
        scripts: Script of each token, such as LATIN, by token id; None if it has no letter.
        unknown: Id of the token that stands for characters the vocabulary lacks, which a text in
            a foreign script consists of; None if there is no such token.
    """

    scripts: Sequence[str | None]
    unknown: int | None

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Bool, shape (vocabulary_size,): True for the tokens that get a weight."""
        mask = np.array([script is not None for script in self.scripts])
        if self.unknown is not None:
            mask[self.unknown] = True
        return mask

    def map_scripts(self, home: str) -> csr_matrix:
        """Map each token to its script, so that scripts can have a weight of their own.

        A token that the texts lack then gets the weight of its script.

        Args:
            home: The script of the model's language, which is left out.

        Returns:
            Zeros and ones, shape (vocabulary_size, scripts).
        """
        foreign = sorted({script for script in self.scripts if script} - {home})
        columns = {script: i for i, script in enumerate(foreign)}
        ids = [i for i, script in enumerate(self.scripts) if script in columns]
        cells = (ids, [columns[str(self.scripts[i])] for i in ids])
        shape = (len(self.scripts), len(foreign))
        return csr_matrix((np.ones(len(ids)), cells), shape=shape)

    def find_home_script(self, texts: Iterable[Sequence[int]]) -> str:
        """Find the script that most tokens of texts have; empty if they have no letter."""
        counts = Counter(self.scripts[token] for ids in texts for token in set(ids))
        del counts[None]
        return str(max(counts, key=counts.__getitem__, default=""))


def find_telling_tokens(tokenizer: Tokenizer, vocabulary_size: int) -> TellingTokens:
    """Find the tokens with letters; special tokens have none.

    Args:
        tokenizer: The bundle's.
        vocabulary_size: Number of tokens that the model knows.
    """
    added = tokenizer.get_added_tokens_decoder()
    special = {i for i, token in added.items() if token.special}
    unknown = getattr(tokenizer.model, "unk_token", None)
    return TellingTokens(
        scripts=[
            None
            if i in special or tokenizer.id_to_token(i) is None
            else _find_script(tokenizer.decode([i]))
            for i in range(vocabulary_size)
        ],
        unknown=tokenizer.token_to_id(unknown) if isinstance(unknown, str) else None,
    )


def _find_script(token: str) -> str | None:
    """Return the first word of a letter's Unicode name, which is its script."""
    letter = next(filter(str.isalpha, token), None)
    return unicodedata.name(letter, "UNNAMED").partition(" ")[0] if letter else None
