"""Real texts, classified by the shipped bundle: the other half, prose, German, and a flood."""

import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.conftest import REPOSITORY
from tests.pages import PAGES
from windvane import load_classifier
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.classifier import Classifier
from windvane.inference.reference_profile import ReferenceProfile
from windvane.monitoring.drift_limits import LIMITS_FILE, check_limits, load_limits
from windvane.monitoring.drift_report import compare_records
from windvane.monitoring.features import build_features
from windvane.monitoring.observation import Observation, observe
from windvane.monitoring.profile_building import build_profile
from windvane.monitoring.record_counts import count_records

TEXT_FILES = (
    "model_export/texts/activation_ranges.txt",
    "model_export/texts/parity.txt",
    "benchmarks/sentences.txt",
)
GERMAN_STARTS = (
    "Die Lieferung kam gestern an und",
    "Ehrlich gesagt,",
    "Meine Schwester meint,",
    "Nach drei Wochen Wartezeit:",
    "Der Kundendienst schrieb mir,",
    "Wie im letzten Jahr:",
    "Kurz gesagt,",
    "Ich habe lange gezögert, aber",
    "Heute früh dachte ich noch,",
    "Laut Anleitung",
)
GERMAN_ENDS = (
    "das Gerät läuft wieder einwandfrei.",
    "so etwas Schlechtes habe ich selten erlebt.",
    "wir würden jederzeit wieder bestellen!",
    "die Hälfte der Schrauben fehlt noch immer.",
    "es riecht nach verbranntem Kunststoff.",
    "das Geld ist längst überwiesen worden.",
    "der Akku hält kaum zwei Stunden durch.",
    "die Farbe gefällt uns ausgesprochen gut.",
    "morgen beginnt die Besprechung um neun Uhr.",
    "niemand geht dort ans Telefon.",
    "die neue Verpackung überzeugt mich nicht.",
    "so macht das Lesen wieder Freude.",
)
SIZE = 120


@pytest.fixture(scope="module")
def classifier() -> Iterator[Classifier]:
    with load_classifier(DEFAULT_BUNDLE) as classifier:
        yield classifier


@pytest.fixture(scope="module")
def halves(classifier: Classifier) -> list[list[Observation]]:
    """Observations of the texts of the clone, in two random halves."""
    texts = [
        line
        for name in TEXT_FILES
        for line in Path(REPOSITORY, name).read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    order = np.random.default_rng(4).permutation(len(texts))
    observed = observe_all([texts[i] for i in order], classifier)
    return [observed[::2], observed[1::2]]


@pytest.fixture(scope="module")
def profile(halves: list[list[Observation]], classifier: Classifier) -> ReferenceProfile:
    return build_profile(halves[0], classifier.labels)


def observe_all(texts: Sequence[str], classifier: Classifier) -> list[Observation]:
    return [
        msgspec.structs.replace(observe(text, prediction), created_at="2026-11-22")
        for text, prediction in zip(texts, classifier.classify(texts), strict=True)
    ]


def find_exceeded(profile: ReferenceProfile, records: Sequence[Observation]) -> set[str]:
    limits = load_limits(LIMITS_FILE, tuple(build_features(profile)))
    report = compare_records(count_records(records, profile), profile)
    return {check.feature for check in check_limits(report, limits) if check.exceeded}


def test_other_half_of_the_texts_raises_no_alarm(
    halves: list[list[Observation]], profile: ReferenceProfile
) -> None:
    assert len(halves[1]) >= SIZE
    assert find_exceeded(profile, halves[1]) == set()


def test_prose_of_another_kind_raises_an_alarm(
    profile: ReferenceProfile, classifier: Classifier
) -> None:
    lines = [line for page in PAGES.values() for line in page.splitlines()]
    prose = [line for line in lines if re.match("[A-Z].{80,}", line)]

    exceeded = find_exceeded(profile, observe_all(prose[:SIZE], classifier))

    assert len(prose) >= SIZE
    assert "tokens" in exceeded


def test_another_language_raises_an_alarm(
    profile: ReferenceProfile, classifier: Classifier
) -> None:
    german = [" ".join(parts) for parts in product(GERMAN_STARTS, GERMAN_ENDS)]

    exceeded = find_exceeded(profile, observe_all(german, classifier))

    assert len(german) == SIZE
    assert "chars_per_token" in exceeded


def test_flood_of_one_text_raises_an_alarm(
    halves: list[list[Observation]], profile: ReferenceProfile
) -> None:
    flood = [halves[1][0]] * (len(halves[1]) // 6)

    assert "repeats" in find_exceeded(profile, halves[1] + flood)
