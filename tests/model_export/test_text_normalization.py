"""A bundle's tokenizer applies the rules of its normalization."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from model_export.checkpoint import Checkpoint
from model_export.errors import CheckpointError
from model_export.export import ExportOptions, export_bundle
from model_export.normalizations import AFTER, BEFORE, NORMALIZATIONS
from model_export.progress import untracked
from model_export.text_normalization import normalize_checkpoint, normalize_tokenizer
from tests.model_export.exported import Exported, ExportTiny
from tests.model_export.shipped_texts import LONG_TEXT, SHORT_TEXTS
from windvane import load_classifier
from windvane.inference.bundle import load_bundle
from windvane.inference.explanation.explainer import explain

ROOT = Path(__file__).parents[2]
SOCIAL = NORMALIZATIONS["social"].rules
WINDOW_TOKENS = 64
DISTURBED = "@Bob \uff22\uff41\uff44 f\u0456lm &amp; <b>sad</b>"
READ = "@user Bad film &  sad "
OPTIONS = ExportOptions(
    parity_texts=[DISTURBED, LONG_TEXT, *SHORT_TEXTS],
    activation_texts=SHORT_TEXTS,
    scheme="fp32",
    normalization="social",
    window_tokens=WINDOW_TOKENS,
)


def load_tokenizer(*rules: str) -> Tokenizer:
    """Load the tokenizer of the default model's checkpoint, and add rules."""
    file = ROOT / "models" / "sentiment-minilm" / "checkpoint" / "tokenizer.json"
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    normalize_tokenizer(tokenizer, rules)
    return Tokenizer.from_str(tokenizer.to_str())


PLAIN, NORMALIZED = load_tokenizer(), load_tokenizer(*SOCIAL)


@pytest.fixture(scope="module")
def exported(bert: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("bundle") / "social"
    return Exported(folder, *export_bundle(bert, folder, OPTIONS, untracked))


@given(text=st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_that_no_rule_is_about_has_the_same_tokens(text: str) -> None:
    plain = "".join(character for character in text if character not in "@&<:").replace("www.", "")

    assert NORMALIZED.encode(plain).ids == PLAIN.encode(plain).ids


@pytest.mark.parametrize(
    "text",
    [
        "Мне совсем не понравилось, а вам?",  # noqa: RUF001 - Russian has its own a
        "Η ταινία ήταν υπέροχη.",  # noqa: RUF001 - Greek has its own eta
        "Das Essen war k\u00f6stlich, \u00e7a m'a plu",
        "\N{WOMAN}\u200d\N{PERSONAL COMPUTER} \N{HEAVY BLACK HEART}\ufe0f "
        "\N{FACE WITHOUT MOUTH}\u200d\N{FOG}\ufe0f",
    ],
    ids=["russian", "greek", "latin", "emoji"],
)
def test_text_of_another_language_has_the_same_tokens(text: str) -> None:
    assert NORMALIZED.encode(text).ids == PLAIN.encode(text).ids


def test_rules_read_a_disturbed_text_as_it_was() -> None:
    assert NORMALIZED.encode(DISTURBED).ids == PLAIN.encode(READ).ids


def test_offsets_are_those_of_the_text_as_it_came() -> None:
    encoding = NORMALIZED.encode(DISTURBED)

    spans = [DISTURBED[start:end] for start, end in encoding.offsets[1:-1]]
    assert encoding.tokens[1:-1] == ["@", "user", "bad", "film", "&", "sad"]
    # tokenizers points at the last character of what a rule replaces.
    assert spans == ["b", "b", "\uff22\uff41\uff44", "f\u0456lm", ";", "sad"]
    assert encoding.offsets[1] == (3, 4)


def test_each_rule_is_used_by_a_normalization_and_has_a_place() -> None:
    used = {rule for normalization in NORMALIZATIONS.values() for rule in normalization.rules}

    assert used == {*BEFORE, *AFTER}
    for rule in used:
        assert load_tokenizer(rule).to_str() != PLAIN.to_str()


def test_normalize_checkpoint_leaves_the_checkpoint_as_it_is(bert: Checkpoint) -> None:
    before = bert.tokenizer.backend_tokenizer.to_str()

    unchanged = normalize_checkpoint(bert, "none")
    normalized = normalize_checkpoint(bert, "social")

    assert bert.tokenizer.backend_tokenizer.to_str() == before
    assert unchanged.tokenizer.backend_tokenizer.to_str() == before
    assert normalized.tokenizer(DISTURBED)["input_ids"] == bert.tokenizer(READ)["input_ids"]


def test_export_bundle_normalizes_texts_as_its_manifest_says(exported: Exported) -> None:
    manifest = load_bundle(exported.folder).manifest

    with load_classifier(exported.folder, threads=1) as classifier:
        disturbed, read = classifier.classify([DISTURBED, READ])

    assert manifest.normalization == "social"
    assert disturbed == read
    assert exported.report.largest_gap < 1e-3


def test_export_bundle_cuts_windows_as_its_manifest_says(exported: Exported) -> None:
    manifest = load_bundle(exported.folder).manifest

    with load_classifier(exported.folder, threads=1) as classifier:
        encoded = classifier.encode(LONG_TEXT)
        [prediction] = classifier.classify([LONG_TEXT])

    assert manifest.window_tokens == WINDOW_TOKENS < manifest.max_tokens
    longest = max(len(window.input_ids) for window in encoded.windows)
    assert longest == manifest.longest_window_tokens == WINDOW_TOKENS
    assert prediction.windows == len(encoded.windows) > 1


def test_explanation_has_the_words_of_the_text_as_it_came(exported: Exported) -> None:
    with load_classifier(exported.folder, threads=1) as classifier:
        explanation = explain(classifier, DISTURBED)

    words = [DISTURBED[word.start : word.end] for word in explanation.words]
    assert {"@Bob", "\uff22\uff41\uff44", "f\u0456lm", "sad"} <= set(words)
    total = sum(word.contribution for word in explanation.words)
    score = explanation.prediction.scores[explanation.label]
    assert total == pytest.approx(score - explanation.base_score, abs=1e-6)


def test_export_bundle_has_another_version_with_other_windows(
    exported: Exported, export_tiny: ExportTiny, bert: Checkpoint, tmp_path: Path
) -> None:
    plain = export_tiny("bert", 3, "fp32").manifest
    windowed, _ = export_bundle(
        bert, tmp_path / "windowed", replace(OPTIONS, normalization="none"), untracked
    )

    assert (plain.normalization, plain.window_tokens) == (None, None)
    assert windowed.normalization is None
    assert len({plain.version, windowed.version, exported.manifest.version}) == 3


@pytest.mark.parametrize(
    ("window_tokens", "fault"),
    [(129, "reads 128 tokens, fewer than the 129 of a window"), (2, "have no room for a text")],
)
def test_export_bundle_refuses_windows_that_do_not_fit(
    bert: Checkpoint, tmp_path: Path, window_tokens: int, fault: str
) -> None:
    with pytest.raises(CheckpointError, match=fault):
        export_bundle(
            bert, tmp_path / "bundle", replace(OPTIONS, window_tokens=window_tokens), untracked
        )
