"""Which tokens tell a language, and the weights that are fitted to them."""

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from windvane.training.errors import TrainingError
from windvane.training.language_tokens import TellingTokens, find_telling_tokens
from windvane.training.language_weights import LanguageTexts, fit_weights

UNKNOWN, DIGITS, OWN, BOTH, FOREIGN, CYRILLIC, UNSEEN_CYRILLIC = range(7)
SCRIPTS = (None, None, "LATIN", "LATIN", "LATIN", "CYRILLIC", "CYRILLIC")
TOKENS = TellingTokens(SCRIPTS, UNKNOWN)
TEXTS = LanguageTexts(
    own=[[OWN, BOTH, DIGITS]] * 100, other=[[FOREIGN, BOTH, DIGITS], [CYRILLIC, UNKNOWN]] * 100
)


def test_fit_weights_gives_each_token_its_side() -> None:
    weights = fit_weights(TEXTS, TOKENS)

    assert weights[OWN] < -1
    assert weights[FOREIGN] > 1
    assert abs(weights[BOTH]) < 0.5
    assert weights[UNKNOWN] > 0.5
    assert weights[DIGITS] == 0


def test_fit_weights_gives_a_token_that_no_text_has_the_weight_of_its_script() -> None:
    weights = fit_weights(TEXTS, TOKENS)

    assert 0 < weights[UNSEEN_CYRILLIC] < weights[CYRILLIC]


def test_fit_weights_counts_both_kinds_the_same() -> None:
    many = LanguageTexts(own=TEXTS.own, other=[*TEXTS.other] * 10)

    weights = fit_weights(many, TOKENS)

    assert np.allclose(weights, fit_weights(TEXTS, TOKENS), atol=0.1)


@pytest.mark.parametrize("kind", ["own", "other"])
def test_fit_weights_refuses_few_texts(kind: str) -> None:
    texts = {"own": TEXTS.own, "other": TEXTS.other, kind: TEXTS.own[:99]}

    with pytest.raises(TrainingError, match="There are 99 texts"):
        fit_weights(LanguageTexts(**texts), TOKENS)


def test_find_telling_tokens_needs_a_letter() -> None:
    words = ["[UNK]", "[CLS]", "good", "##ing", "7", "!", "слово", "##ा", "é"]
    model = models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]")  # noqa: S106 - no secret
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(["[CLS]", "[UNK]"])

    tokens = find_telling_tokens(tokenizer, len(words) + 1)

    assert tokens.scripts == [
        None, None, "LATIN", "LATIN", None, None, "CYRILLIC", None, "LATIN", None
    ]  # fmt: skip
    assert tokens.unknown == 0
    assert tokens.mask.tolist() == [
        script is not None or i == 0 for i, script in enumerate(tokens.scripts)
    ]
