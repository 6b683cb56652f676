"""The tiny models' tokenizers: the same ones in every run."""

import pytest

from tests.model_export.tiny_checkpoints import FAMILIES, build_tokenizer
from tests.model_export.tiny_tokenizers import build_byte_pairs, build_unigrams, build_word_pieces


@pytest.mark.parametrize("family", FAMILIES)
def test_tokenizer_is_learnt_the_same_each_time(family: str) -> None:
    learnt = []
    for _ in range(3):
        for build in (build_byte_pairs, build_unigrams, build_word_pieces):
            build.cache_clear()
        learnt.append(build_tokenizer(family).get_vocab())

    assert learnt[0] == learnt[1] == learnt[2]
