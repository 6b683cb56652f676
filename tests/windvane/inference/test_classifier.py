"""Texts classified with the tiny bundle."""

import math
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_bundle import write_tiny_bundle
from tests.windvane.inference.bundle_faults import edit_manifest, flip_last_bit, read_file_records
from windvane import load_classifier
from windvane.inference.bundle_files import sha256_of
from windvane.inference.classifier import Classifier
from windvane.inference.errors import BundleCorruptError, BundleNotFoundError, ModelRunError

WORDS = ["good", "bad", "day"] * 20
LABELS = ["positive", "negative", "neutral"] * 20


def test_classify_answers_in_the_order_of_the_texts(tiny_classifier: Classifier) -> None:
    predictions = tiny_classifier.classify(WORDS)

    assert [prediction.label for prediction in predictions] == LABELS


def test_classify_answers_the_same_to_many_threads_at_once(tiny_classifier: Classifier) -> None:
    alone = tiny_classifier.classify(WORDS)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tiny_classifier.classify, [WORDS] * 32))

    assert answers == [alone] * 32


def test_classify_of_no_texts_is_empty(tiny_classifier: Classifier) -> None:
    assert tiny_classifier.classify([]) == []


def test_classify_refuses_a_single_string(tiny_classifier: Classifier) -> None:
    with pytest.raises(TypeError, match="pass a list of texts"):
        tiny_classifier.classify("good")


@pytest.mark.parametrize("texts", [b"good", [b"good"], ["good", 1], ["good", None], [["good"]]])
def test_classify_refuses_what_is_no_string(tiny_classifier: Classifier, texts: Any) -> None:
    with pytest.raises(TypeError, match="pass a list of strings"):
        tiny_classifier.classify(texts)


def test_classify_takes_an_empty_text(tiny_classifier: Classifier) -> None:
    [prediction] = tiny_classifier.classify([""])

    assert (prediction.label, prediction.tokens, prediction.windows) == ("neutral", 2, 1)


def test_classify_averages_the_windows_of_a_long_text(tiny_classifier: Classifier) -> None:
    # 24 tokens: a window of 14 that is neutral, and one of the last 14 that holds "good".
    [prediction] = tiny_classifier.classify(["day " * 23 + "good"])

    # The logits are (0, 8, 0) and (0, 8, 16), and their average (0, 8, 8).
    assert (prediction.tokens, prediction.windows) == (26, 2)
    assert prediction.scores["neutral"] == pytest.approx(prediction.scores["positive"])
    assert prediction.scores["negative"] == pytest.approx(0.000168, abs=1e-6)


def test_classify_divides_the_logits_by_the_temperature(tmp_path: Path) -> None:
    bundle = write_tiny_bundle(tmp_path / "bundle", temperature=8.0)
    classifier = load_classifier(bundle, threads=1)

    [prediction] = classifier.classify(["good"])

    # e^0 : e^1 : e^2, from logits of 0, 8 and 16
    expected = {"negative": 0.0900, "neutral": 0.2447, "positive": 0.6652}
    assert prediction.scores == pytest.approx(expected, abs=1e-4)


def test_classifier_tells_what_it_was_opened_with(tiny_bundle: Path) -> None:
    classifier = load_classifier(tiny_bundle, threads=2)

    assert classifier.labels == ("negative", "neutral", "positive")
    assert classifier.manifest.name == "tiny"
    assert classifier.threads == 2


def test_close_stops_the_threads(tiny_bundle: Path) -> None:
    before = set(threading.enumerate())
    classifier = load_classifier(tiny_bundle, threads=2)
    classifier.classify(WORDS)
    started = set(threading.enumerate()) - before

    classifier.close()

    assert started
    assert not any(thread.is_alive() for thread in started)


def test_classifier_that_cannot_be_opened_keeps_no_thread(spoilable_bundle: Path) -> None:
    before = set(threading.enumerate())
    tokenizer = spoilable_bundle / "tokenizer.json"
    tokenizer.write_bytes(b"{}")
    files = read_file_records(spoilable_bundle)
    files["tokenizer.json"] = {"sha256": sha256_of(tokenizer), "bytes": 2}
    edit_manifest(spoilable_bundle, files=files)

    with pytest.raises(BundleCorruptError) as caught:
        load_classifier(spoilable_bundle, threads=2)

    started = set(threading.enumerate()) - before
    for thread in started:
        thread.join(10)
    assert caught.value.__traceback__
    assert not any(thread.is_alive() for thread in started)


def test_load_classifier_verifies_the_bundle(spoilable_bundle: Path) -> None:
    flip_last_bit(spoilable_bundle / "model.onnx")

    with pytest.raises(BundleCorruptError, match=r"model\.onnx"):
        load_classifier(spoilable_bundle, threads=1)


def test_load_classifier_names_the_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BundleNotFoundError, match="nowhere"):
        load_classifier(tmp_path / "nowhere", threads=1)


def test_classifier_adds_the_bundles_offsets(tmp_path: Path, tiny_classifier: Classifier) -> None:
    folder = write_tiny_bundle(tmp_path / "bundle")
    offsets = {"values": [0.0, 9.0, 0.25], "exported_temperature": 1.0}
    edit_manifest(folder, offsets=offsets, schema_version=2)

    with load_classifier(folder) as classifier:
        [good, long] = classifier.classify(["good", "day " * 40 + "good"])

    [without] = tiny_classifier.classify(["good"])
    assert without.logits == (0, 8, 16)
    assert good.logits == (0, 17, 16.25)
    assert good.label == "neutral"
    assert good.score == pytest.approx(1 / (1 + math.exp(-0.75) + math.exp(-17)))
    # Windows are averaged, and the offsets are added once.
    [plain] = tiny_classifier.classify(["day " * 40 + "good"])
    assert long.windows > 1
    assert long.logits == pytest.approx((0, plain.logits[1] + 9, plain.logits[2] + 0.25))


def test_classifier_refuses_logits_that_are_not_one_a_label_with_offsets_too(
    tmp_path: Path,
) -> None:
    folder = write_tiny_bundle(tmp_path / "bundle")
    offsets = {"values": [0.0, 1.0], "exported_temperature": 1.0}
    labels = {"0": "no", "1": "yes"}
    edit_manifest(folder, offsets=offsets, schema_version=2, id2label=labels)

    with load_classifier(folder) as classifier, pytest.raises(ModelRunError, match="2 labels"):
        classifier.classify(["good"])
