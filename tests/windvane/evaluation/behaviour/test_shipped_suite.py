"""The suite that comes along."""

from collections import Counter

import pytest

from windvane.evaluation.behaviour.suite import KINDS, Capability, SuiteCase, load_suite

SUITE = load_suite()
LABELS = {"negative", "neutral", "positive"}
KINDS_BY_CAPABILITY = {
    "additions": "minimum invariance",
    "but clauses": "minimum direction",
    "casing": "minimum invariance",
    "comparisons": "minimum direction",
    "complaints": "minimum direction",
    "courtesies": "minimum invariance",
    "distant negation": "minimum direction",
    "double negation": "minimum direction",
    "emoji": "minimum invariance direction",
    "headlines and plots": "minimum direction",
    "idioms": "minimum direction",
    "mixed opinions": "minimum direction",
    "names and places": "minimum invariance",
    "negation": "minimum direction",
    "neutral facts": "minimum invariance",
    "plain words": "minimum direction",
    "product feedback": "minimum direction",
    "questions": "minimum invariance",
    "ratings": "minimum direction",
    "sarcasm": "minimum direction",
    "strength": "minimum direction",
    "temporal change": "minimum direction",
    "typos": "minimum invariance",
    "whose opinion": "minimum direction",
    "wishes": "minimum direction",
}


def texts_of(capability: Capability) -> list[str]:
    return [text for case in capability.cases for text in case.case.texts]


def all_cases() -> list[SuiteCase]:
    return [case for capability in SUITE for case in capability.cases]


def test_suite_has_every_capability_and_its_kinds() -> None:
    kinds = {
        capability.name: " ".join(
            kind for kind in KINDS if kind in {case.kind for case in capability.cases}
        )
        for capability in SUITE
    }

    assert kinds == KINDS_BY_CAPABILITY


def test_suite_has_hundreds_of_cases_mostly_written_out() -> None:
    cases = all_cases()

    assert len(cases) >= 500
    assert sum(case.from_template for case in cases) <= len(cases) / 2


@pytest.mark.parametrize("capability", SUITE, ids=lambda capability: capability.name)
def test_capability_has_cases_enough_and_no_text_twice(capability: Capability) -> None:
    texts = Counter(text.casefold().strip(" .!?") for text in _bases_and_texts(capability))

    assert len(capability.cases) >= 25
    assert [text for text, count in texts.items() if count > 1] == []


def _bases_and_texts(capability: Capability) -> list[str]:
    """Leave out the variants of an invariance test, which may differ in case or marks only."""
    return [
        text
        for case in capability.cases
        for text in (case.case.texts[:1] if case.kind == "invariance" else case.case.texts)
    ]


def test_suite_asks_only_for_labels_of_the_default_model() -> None:
    assert {label for case in all_cases() for label in case.case.labels} == LABELS


def test_suite_asks_for_each_label_often() -> None:
    asked = Counter(case.case.labels for case in all_cases() if case.kind == "minimum")

    assert all(asked[(label,)] >= 80 for label in LABELS)


def test_suite_is_written_in_texts_without_stray_space() -> None:
    written = [text for capability in SUITE for text in texts_of(capability)]

    assert [text for text in written if "{" in text or "}" in text or "\t" in text] == []
