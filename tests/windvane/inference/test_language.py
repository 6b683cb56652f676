"""The language of a text, by the weights of its tokens."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.tiny_bundle import VOCABULARY
from tests.windvane.inference.bundle_faults import edit_manifest, read_file_records
from tests.windvane.inference.varied_texts import SHORT
from windvane import load_classifier
from windvane.inference.bundle import load_bundle
from windvane.inference.bundle_files import LANGUAGE_FILE, sha256_of
from windvane.inference.classifier import Classifier
from windvane.inference.errors import BundleCorruptError, ManifestError
from windvane.inference.language import (
    MIN_LOG_ODDS,
    MIN_TOKENS,
    OTHER,
    LanguageTest,
    load_language_test,
    write_weights,
)
from windvane.inference.manifest import read_manifest, renew_version

OWN, FOREIGN, SILENT = 0, 1, 2
TEST = LanguageTest("xx", np.array([-16, 16, 0], np.int8))
GERMAN = "Das Essen war kalt und der Kellner unfreundlich, wir kommen nie wieder."


def find(*ids: int) -> str | None:
    return TEST.find_language(ids)


@pytest.mark.parametrize(
    ("ids", "language"),
    [
        ([OWN, OWN, OWN], "xx"),
        ([FOREIGN, FOREIGN, FOREIGN], OTHER),
        ([FOREIGN, FOREIGN, SILENT, SILENT], None),
        ([OWN, FOREIGN, OWN, FOREIGN], None),
        ([OWN, FOREIGN, FOREIGN, FOREIGN, FOREIGN], OTHER),
        ([], None),
    ],
    ids=["own", "other", "two words", "as many of both", "mostly other", "none"],
)
def test_find_language_adds_the_weights_up(ids: list[int], language: str | None) -> None:
    assert find(*ids) == language


def test_find_language_does_not_overflow_on_a_long_text() -> None:
    assert find(*[FOREIGN] * 100_000) == OTHER


def test_write_weights_rounds_and_bounds(tmp_path: Path) -> None:
    write_weights(tmp_path / LANGUAGE_FILE, np.array([-100, -0.5, 0.001, 0.5, 100.0]))

    weights = load_language_test(tmp_path / LANGUAGE_FILE, "en", 5).weights

    assert weights.tolist() == [-127, -16, 0, 16, 127]


def test_load_language_test_refuses_another_size(tmp_path: Path) -> None:
    write_weights(tmp_path / LANGUAGE_FILE, np.zeros(3))

    with pytest.raises(BundleCorruptError, match="has 3 weights, and the model 4 tokens"):
        load_language_test(tmp_path / LANGUAGE_FILE, "en", 4)


def add_weights(bundle: Path, **fields: Any) -> None:
    """Let "good" be a word of English, and "bad" one of another language."""
    weights = np.zeros(len(VOCABULARY))
    weights[VOCABULARY["good"]], weights[VOCABULARY["bad"]] = -1, 1
    write_weights(bundle / LANGUAGE_FILE, weights)
    record = {"sha256": sha256_of(bundle / LANGUAGE_FILE), "bytes": len(weights)}
    files = {**read_file_records(bundle), LANGUAGE_FILE: record}
    described = {"languages": ["en"], "vocabulary_size": len(VOCABULARY), **fields}
    edit_manifest(bundle, files=files, **described)


def test_classifier_finds_the_language_of_each_text(spoilable_bundle: Path) -> None:
    add_weights(spoilable_bundle)
    texts = ["good good good", "bad bad bad", "good", f"{'bad ' * 40}good", ""]

    with load_classifier(spoilable_bundle, threads=2) as classifier:
        together = classifier.classify(texts)
        alone = [classifier.classify([text])[0] for text in texts]

    assert together == alone
    assert [each.language for each in together] == ["en", OTHER, None, OTHER, None]
    assert [each.windows for each in together][3] > 1


def test_language_of_two_words_that_windows_share_is_not_known(spoilable_bundle: Path) -> None:
    add_weights(spoilable_bundle)
    words = ["new"] * 40
    words[11] = words[12] = "bad"  # the last of the first window, and in the second one

    with load_classifier(spoilable_bundle) as classifier:
        [cut] = classifier.classify([" ".join(words)])

    assert (cut.windows, cut.language) == (4, None)


@pytest.fixture(scope="module")
def bilingual(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classifier]:
    """A classifier that cuts texts in windows of 16 tokens, and tells two languages apart."""
    folder = tmp_path_factory.mktemp("bilingual") / "bundle"
    shutil.copytree(tiny_bundle, folder)
    add_weights(folder)
    with load_classifier(folder, threads=2) as classifier:
        yield classifier


def name_language(telling: int, log_odds: float) -> str | None:
    if telling < MIN_TOKENS or abs(log_odds) < MIN_LOG_ODDS:
        return None
    return OTHER if log_odds > 0 else "en"


@given(st.lists(st.lists(st.sampled_from(("good", "bad", "new")), max_size=60), max_size=4))
@settings(deadline=None)
def test_language_depends_on_neither_company_nor_windows(
    bilingual: Classifier, texts: list[list[str]]
) -> None:
    weights = {"good": -1.0, "bad": 1.0, "new": 0.0}
    uncut = [[weights[word] for word in words] for words in texts]
    expected = [name_language(int(np.count_nonzero(each)), sum(each)) for each in uncut]

    together = bilingual.classify([" ".join(words) for words in texts])

    alone = [bilingual.classify([" ".join(words)])[0] for words in texts]
    assert [each.language for each in together] == expected
    assert [each.language for each in alone] == expected


def test_classifier_finds_no_language_without_weights(tiny_bundle: Path) -> None:
    with load_classifier(tiny_bundle) as classifier:
        assert classifier.classify(["good good good"])[0].language is None


@pytest.mark.parametrize(
    "fields",
    [{"languages": None}, {"languages": ["en", "de"]}, {"vocabulary_size": None}],
    ids=["no language", "two languages", "tokens not counted"],
)
def test_load_bundle_refuses_weights_that_the_manifest_does_not_explain(
    spoilable_bundle: Path, fields: dict[str, Any]
) -> None:
    add_weights(spoilable_bundle, **fields)

    with pytest.raises(ManifestError, match=LANGUAGE_FILE):
        load_bundle(spoilable_bundle)


def test_load_bundle_refuses_weights_that_were_changed(spoilable_bundle: Path) -> None:
    add_weights(spoilable_bundle)
    write_weights(spoilable_bundle / LANGUAGE_FILE, np.zeros(len(VOCABULARY)))

    with pytest.raises(BundleCorruptError, match=LANGUAGE_FILE):
        load_bundle(spoilable_bundle)


def test_load_bundle_refuses_weights_that_the_manifest_leaves_out(spoilable_bundle: Path) -> None:
    (spoilable_bundle / LANGUAGE_FILE).touch()

    with pytest.raises(ManifestError, match=f"does not list {LANGUAGE_FILE}"):
        load_bundle(spoilable_bundle)


def test_shipped_version_covers_its_weights(shipped_bundle: Path) -> None:
    manifest = read_manifest(shipped_bundle)
    others = {name: file for name, file in manifest.files.items() if name != LANGUAGE_FILE}

    assert manifest == renew_version(manifest)
    assert manifest.version != renew_version(replace(manifest, files=others)).version


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (GERMAN, OTHER),
        ("@user jajaja no me lo puedo creer, qué bueno #feliz", OTHER),
        ("Le film était trop long mais les acteurs sont géniaux", OTHER),
        ("bugün hava çok güzel, hadi gidelim", OTHER),
        ("Это было ужасно, больше не приду", OTHER),
        ("この映画はとても面白かった", OTHER),
        ("मुझे यह फिल्म बहुत पसंद आई", OTHER),
        ("I have been waiting for hours and nobody answers the phone", "en"),
        ("@user thanks sooo much!! cant wait to see u 2nite", "en"),
        ("ok", None),
        ("lol", None),
        ("Angela Merkel", None),
        ("😂😂😂", None),
        ("12:30 - 14:00", None),
    ],
)
def test_shipped_bundle_tells_english_from_others(
    shipped_bundle: Path, text: str, language: str | None
) -> None:
    with load_classifier(shipped_bundle) as classifier:
        assert classifier.classify([text])[0].language == language


def test_shipped_bundle_raises_no_false_alarm(shipped_bundle: Path) -> None:
    english = [text for text in SHORT if text.isascii() and len(text.split()) > 3]

    with load_classifier(shipped_bundle) as classifier:
        found = [each.language for each in classifier.classify(english)]

    assert OTHER not in found
    assert found.count("en") > 0.8 * len(found)


def test_shipped_bundle_reads_all_windows_of_a_long_text(shipped_bundle: Path) -> None:
    text = "I waited for an hour and nobody came. " + GERMAN * 60

    with load_classifier(shipped_bundle) as classifier:
        [prediction] = classifier.classify([text])

    assert prediction.windows > 1
    assert prediction.language == OTHER
