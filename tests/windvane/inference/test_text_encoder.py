"""Texts cut into windows."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, processors

from tests.tiny_bundle import MAX_TOKENS, VOCABULARY
from windvane.inference.bundle_files import TOKENIZER_FILE
from windvane.inference.errors import BundleCorruptError, ModelRunError
from windvane.inference.text_encoder import TextEncoder
from windvane.inference.windows import overlap_tokens

CLS, SEP, UNK = VOCABULARY["[CLS]"], VOCABULARY["[SEP]"], VOCABULARY["[UNK]"]
GOOD, BAD = VOCABULARY["good"], VOCABULARY["bad"]


@pytest.fixture(scope="module")
def encoder(tiny_bundle: Path) -> TextEncoder:
    return TextEncoder(tiny_bundle / TOKENIZER_FILE, max_tokens=MAX_TOKENS)


def test_encode_reads_a_short_text_in_one_window(encoder: TextEncoder) -> None:
    [window] = encoder.encode("good or bad").windows

    assert window.input_ids == [CLS, GOOD, UNK, BAD, SEP]
    assert window.text_tokens == 3


@pytest.mark.parametrize("words", [0, 5, 14, 15, 100])
def test_encode_counts_each_unknown_token_once(encoder: TextEncoder, words: int) -> None:
    encoded = encoder.encode("good new " * words)

    assert encoded.unknown_tokens == words


def test_tokenizer_of_bytes_has_no_unknown_tokens(tmp_path: Path) -> None:
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate("abc")}, []))
    tokenizer.save(str(tmp_path / TOKENIZER_FILE))

    encoder = TextEncoder(tmp_path / TOKENIZER_FILE, max_tokens=MAX_TOKENS)

    assert encoder.encode("abcd").unknown_tokens == 0


def test_unigram_tokenizer_counts_what_it_lacks(tmp_path: Path) -> None:
    pieces = [("<unk>", 0.0), ("a", -1.0)]
    Tokenizer(models.Unigram(pieces, unk_id=0)).save(str(tmp_path / TOKENIZER_FILE))

    encoder = TextEncoder(tmp_path / TOKENIZER_FILE, max_tokens=MAX_TOKENS)

    assert encoder.encode("aba").unknown_tokens == 1


def test_encode_reads_an_empty_text_in_one_window(encoder: TextEncoder) -> None:
    [window] = encoder.encode("").windows

    assert window.input_ids == [CLS, SEP]
    assert window.text_tokens == 0


@pytest.mark.parametrize(
    ("words", "windows"),
    # A window holds 14 tokens of the text, and each after the first brings 10 new ones.
    [(13, 1), (14, 1), (15, 2), (24, 2), (25, 3), (34, 3), (35, 4)],
)
def test_encode_cuts_a_long_text_in_windows(encoder: TextEncoder, words: int, windows: int) -> None:
    assert len(encoder.encode("good " * words).windows) == windows


def test_encode_lets_neighbouring_windows_overlap(encoder: TextEncoder) -> None:
    words = ["good", "bad", "good", "good", "bad", "bad"] * 5

    windows = encoder.encode(" ".join(words)).windows

    texts = [window.input_ids[1:-1] for window in windows]
    overlap = overlap_tokens(MAX_TOKENS)
    assert all(left[-overlap:] == right[:overlap] for left, right in pairwise(texts))
    joined = texts[0] + [token for text in texts[1:] for token in text[overlap:]]
    assert joined == [VOCABULARY[word] for word in words]
    cut = len(texts[0])
    once = encoder.encode(" ".join(words)).input_ids
    assert once == [CLS, *joined[:cut], SEP, *joined[cut:]]


@given(words=st.integers(0, 200), max_tokens=st.integers(8, 40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_encode_counts_the_tokens_of_the_uncut_text(
    tiny_bundle: Path, words: int, max_tokens: int
) -> None:
    encoder = TextEncoder(tiny_bundle / TOKENIZER_FILE, max_tokens=max_tokens)

    encoded = encoder.encode("good " * words)

    assert max(len(window.input_ids) for window in encoded.windows) <= max_tokens
    assert encoded.tokens == words + 2


@pytest.mark.parametrize("repeats", [1, 30, 200])
def test_encode_counts_the_tokens_of_the_shipped_tokenizer(
    shipped_bundle: Path, repeats: int
) -> None:
    text = (
        "Unputdownable! Ça m'a plu, 非常好 \N{GRINNING FACE} [SEP] https://example.org " * repeats
    )
    uncut = Tokenizer.from_file(str(shipped_bundle / TOKENIZER_FILE))
    uncut.no_truncation()
    encoder = TextEncoder(shipped_bundle / TOKENIZER_FILE, max_tokens=256)

    encoded = encoder.encode(text)

    assert encoded.tokens == len(uncut.encode(text).ids)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe"], ids=["empty", "object", "binary"])
def test_text_encoder_names_the_file_that_is_no_tokenizer(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / TOKENIZER_FILE
    file.write_bytes(content)

    with pytest.raises(BundleCorruptError) as caught:
        TextEncoder(file, max_tokens=16)

    assert str(file) in str(caught.value)


def test_text_encoder_turns_a_panic_into_an_error_of_the_bundle(
    tmp_path: Path, tiny_bundle: Path
) -> None:
    tokenizer = json.loads((tiny_bundle / TOKENIZER_FILE).read_bytes())
    tokenizer["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": "AAAA"}
    file = tmp_path / TOKENIZER_FILE
    file.write_text(json.dumps(tokenizer))

    with pytest.raises(BundleCorruptError) as caught:
        TextEncoder(file, max_tokens=16)

    assert not isinstance(caught.value.__cause__, Exception)  # pyo3's panic is a BaseException
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("special", range(3, 9))
def test_text_encoder_refuses_special_tokens_that_fill_the_window(
    tmp_path: Path, tiny_bundle: Path, special: int
) -> None:
    tokenizer = Tokenizer.from_file(str(tiny_bundle / TOKENIZER_FILE))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] " * special + "$A", special_tokens=[("[CLS]", CLS)]
    )
    file = tmp_path / TOKENIZER_FILE
    tokenizer.save(str(file))

    with pytest.raises(BundleCorruptError, match="windows of 4 tokens"):
        TextEncoder(file, max_tokens=4)


def test_encode_turns_an_error_of_the_tokenizer_into_one_of_the_model(
    tmp_path: Path, tiny_bundle: Path
) -> None:
    tokenizer = json.loads((tiny_bundle / TOKENIZER_FILE).read_bytes())
    tokenizer["model"] = {"type": "Unigram", "unk_id": None, "vocab": [["a", 0.0]]}
    file = tmp_path / TOKENIZER_FILE
    file.write_text(json.dumps(tokenizer))
    encoder = TextEncoder(file, max_tokens=16)

    with pytest.raises(ModelRunError, match=r"^The tokenizer failed on a text\.$"):
        encoder.encode("zzz")


def test_normalize_applies_the_rules_of_the_tokenizer(
    encoder: TextEncoder, shipped_bundle: Path
) -> None:
    text = "@Ann: Good https://example.org/x"

    shipped = TextEncoder(shipped_bundle / TOKENIZER_FILE, max_tokens=MAX_TOKENS)

    assert shipped.normalize(text) == "@user: good http"
    assert encoder.normalize(text) == text  # its tokenizer has no rules


def test_text_encoder_compares_its_tokens_with_those_that_the_model_knows(
    tiny_bundle: Path,
) -> None:
    file = tiny_bundle / TOKENIZER_FILE

    TextEncoder(file, max_tokens=16, vocabulary_size=len(VOCABULARY))
    with pytest.raises(BundleCorruptError, match="more tokens than the 4 that the model knows"):
        TextEncoder(file, max_tokens=16, vocabulary_size=len(VOCABULARY) - 1)


def test_token_with_an_id_behind_a_gap_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    tokenizer = json.loads((tiny_bundle / TOKENIZER_FILE).read_bytes())
    tokenizer["model"]["vocab"]["behind"] = 40_000
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(tokenizer), encoding="utf-8")

    with pytest.raises(BundleCorruptError, match="more tokens than the 30000 that the model knows"):
        TextEncoder(file, max_tokens=16, vocabulary_size=30_000)
    TextEncoder(file, max_tokens=16, vocabulary_size=40_001)


def test_id_that_surrounds_texts_is_compared_too(tiny_bundle: Path, tmp_path: Path) -> None:
    tokenizer = json.loads((tiny_bundle / TOKENIZER_FILE).read_bytes())
    tokenizer["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [
            {"SpecialToken": {"id": "S", "type_id": 0}},
            {"Sequence": {"id": "A", "type_id": 0}},
        ],
        "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"S": {"id": "S", "ids": [40_000], "tokens": ["S"]}},
    }
    file = tmp_path / "tokenizer.json"
    file.write_text(json.dumps(tokenizer), encoding="utf-8")

    with pytest.raises(BundleCorruptError, match="more tokens than the 30000 that the model knows"):
        TextEncoder(file, max_tokens=16, vocabulary_size=30_000)
