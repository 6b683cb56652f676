"""Scores split among the words of a text."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windvane import load_classifier
from windvane.inference.classifier import Classifier
from windvane.inference.explanation.coalition_plan import BUDGET_TOKENS, RUN_TOKENS
from windvane.inference.explanation.explainer import MAX_EXPLAIN_CHARS, Explanation, explain
from windvane.inference.explanation.words import ELLIPSIS
from windvane.inference.predictions import Prediction
from windvane.inference.replaced_parts import Offsets
from windvane.inference.windows import EncodedText

GOOD = 0.999664  # of softmax(0, 8, 16)
NOTHING = 0.000335  # of softmax(0, 8, 0), for the one of the two that is asked for
BOTH = 0.499916  # of softmax(16, 8, 16)


FRAGMENTS = [
    "간",
    "あ",
    "x" * 101,
    "strength",
    "x" * 60,
    "각" * 40,
    "👨‍👩‍👧",
    "🇩🇪",
    "😀",
    "a\u200b",
    "-",
    "!",
    " ",
    "字",
    "\u200d ",
    "カ",
    "москва",
    "e\u0301",
]


PLANNING_PASSES = 20
"""Times that a text may be encoded to plan its explanation; up to 11 were seen in 844 texts."""


class CountingEncoder:
    """Encodes as the shipped model's tokenizer does, and runs no model."""

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self.encoded: list[str] = []
        self.run: list[str] = []
        self.tokens = 0

    def encode(self, text: str) -> "KeptText":
        self.encoded.append(text)
        encoded = self._classifier.encode(text)
        return KeptText(encoded.windows, encoded.tokens, text=text)

    def find_replaced_parts(self, text: str) -> list[Offsets]:
        return self._classifier.find_replaced_parts(text)

    def classify_encoded(self, texts: Sequence[EncodedText]) -> list[Prediction]:
        kept = [text for text in texts if isinstance(text, KeptText)]
        self.run += [text.text for text in kept]
        self.tokens += sum(text.tokens for text in kept)
        return [Prediction("any", 1.0, {"any": 1.0}, text.tokens, windows=1) for text in kept]


class KeptText(EncodedText, frozen=True, kw_only=True):
    """An encoded text that knows what it was."""

    text: str


class CountingClassifier:
    """Finds a text the more positive the longer it is; a token is a word, or a point."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.tokens = 0

    def encode(self, text: str) -> KeptText:
        return KeptText([], len(text.replace("...", ". . .").split()) + 2, text=text)

    def find_replaced_parts(self, _text: str) -> list[Offsets]:
        return []

    def classify_encoded(self, texts: Sequence[EncodedText]) -> list[Prediction]:
        return [self._classify(text) for text in texts if isinstance(text, KeptText)]

    def _classify(self, text: KeptText) -> Prediction:
        self.texts.append(text.text)
        self.tokens += text.tokens
        words = len(text.text.split())
        score = words / (words + 1)
        scores = {"positive": score, "negative": 1 - score}
        return Prediction("positive", score, scores, tokens=text.tokens, windows=1)


def _by_word(text: str, explanation: Explanation) -> dict[str, float]:
    return {text[word.start : word.end]: word.contribution for word in explanation.words}


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("good", None, {"good": GOOD - NOTHING}),
        ("a good day", None, {"a": 0, "good": GOOD - NOTHING, "day": 0}),
        (
            "good bad",
            "positive",
            # Half the time each comes first.
            {"good": (GOOD - NOTHING + BOTH) / 2, "bad": (BOTH - GOOD - NOTHING) / 2},
        ),
    ],
    ids=["alone", "among others", "against another"],
)
def test_explain_gives_the_values_known_by_hand(
    tiny_classifier: Classifier, text: str, label: str | None, words: dict[str, float]
) -> None:
    explanation = explain(tiny_classifier, text, label)

    assert explanation.label == "positive"
    assert explanation.base_score == pytest.approx(NOTHING, abs=1e-5)
    assert _by_word(text, explanation) == pytest.approx(words, abs=1e-5)


def test_explain_shows_a_masked_name_or_link_as_one_word(shipped_bundle: Path) -> None:
    text = "@JaneDoe your app is awful https://example.org/x"

    with load_classifier(shipped_bundle, threads=1) as classifier:
        explanation = explain(classifier, text)

    shown = [text[word.start : word.end] for word in explanation.words]
    assert shown == ["@JaneDoe", "your", "app", "is", "awful", "https://example.org/x"]
    gains = _by_word(text, explanation)
    assert max(gains, key=lambda word: gains[word]) == "awful"
    assert sum(gains.values()) == pytest.approx(
        explanation.prediction.scores[explanation.label] - explanation.base_score
    )


def test_explain_shares_between_words_that_say_the_same(tiny_classifier: Classifier) -> None:
    explanation = explain(tiny_classifier, "good good")

    # Leaving out either one would change nothing.
    shares = [word.contribution for word in explanation.words]
    assert shares == pytest.approx([(GOOD - NOTHING) / 2] * 2, abs=1e-5)


def test_explain_of_another_label_takes_that_away(tiny_classifier: Classifier) -> None:
    explanation = explain(tiny_classifier, "a good day", "neutral")

    assert explanation.label == "neutral"
    assert explanation.prediction.label == "positive"
    assert _by_word("a good day", explanation)["good"] == pytest.approx(-0.999, abs=1e-3)


@pytest.mark.parametrize(
    "text",
    [
        "good 👍🏽 day",
        "it's a cafe\u0301, good\r\nand 我喜欢",
        "\u202bנהדר good\u202c جيد",
        " good ",
        "bad " * 40 + "good",
        "good, bad. " * 150,
    ],
    ids=["emoji", "combining", "right-to-left", "spaces", "windows", "long"],
)
def test_explain_adds_up_and_names_places_in_order(tiny_classifier: Classifier, text: str) -> None:
    explanation = explain(tiny_classifier, text)

    edges = [edge for word in explanation.words for edge in (word.start, word.end)]
    score = explanation.prediction.scores[explanation.label]
    total = sum(word.contribution for word in explanation.words)
    assert total == pytest.approx(score - explanation.base_score, abs=1e-9)
    assert edges == sorted(edges)
    assert text[edges[0] : edges[-1]] == text.strip(" \u202b")


def test_explain_finds_the_place_of_a_word_behind_an_emoji(tiny_classifier: Classifier) -> None:
    text = "👨‍👩‍👧 cafe\u0301\n喜 good"

    explanation = explain(tiny_classifier, text)

    assert max(_by_word(text, explanation).items(), key=lambda item: item[1])[0] == "good"


def test_explain_answers_the_same_each_time_and_on_any_threads(tiny_bundle: Path) -> None:
    text = "good and bad and not so good, but not so bad either, all in all"
    classifiers = [load_classifier(tiny_bundle, threads=threads) for threads in (1, 1, 4)]

    first, *others = [explain(classifier, text) for classifier in classifiers]

    assert others == [first, first]


@pytest.mark.parametrize("words", [1, 2, 7, 8, 20, 60, 150, 400, MAX_EXPLAIN_CHARS])
def test_explain_runs_no_more_than_its_budget(words: int) -> None:
    classifier = CountingClassifier()

    explanation = explain(classifier, " ".join(map(str, range(words))))

    # The text is run once before its length in tokens is known.
    assert classifier.tokens + RUN_TOKENS * len(classifier.texts) <= BUDGET_TOKENS + words + 50
    assert explanation.runs == len(classifier.texts)


def test_explain_runs_no_text_twice() -> None:
    classifier = CountingClassifier()

    explain(classifier, "so so so so so so so so so so")

    assert len(set(classifier.texts)) == len(classifier.texts)


@pytest.mark.parametrize(("words", "spans"), [(50, 50), (100, 74), (400, 34), (2000, 7)])
def test_explain_takes_words_of_a_long_text_together(words: int, spans: int) -> None:
    explanation = explain(CountingClassifier(), "字 " * words)

    widths = {(word.end - word.start + 1) // 2 for word in explanation.words}
    assert len(explanation.words) == spans
    assert max(widths) - min(widths) <= 1


def test_explain_of_a_text_without_words_has_none(tiny_classifier: Classifier) -> None:
    explanation = explain(tiny_classifier, " \n")

    assert explanation.words == []


@pytest.fixture(scope="module")
def shipped_classifier(shipped_bundle: Path) -> Iterator[Classifier]:
    classifier = load_classifier(shipped_bundle, threads=2)
    yield classifier
    classifier.close()


@pytest.mark.parametrize(
    "text",
    [
        ("간" * 16 + "あ") * 117,
        ("strengthあ" * 20 + " ") * 11,
        ("x" * 101 + "あ") * 19,
        "👨‍👩‍👧" * 400,
        "간あ" * 1000,
        "간-" * 1000,
        "a\u200b" * 1000,
    ],
    ids=["Hangul", "kana inside", "long words", "families", "syllables", "hyphens", "invisible"],
)
def test_explain_keeps_its_budget_where_parts_have_more_tokens(
    shipped_classifier: Classifier, text: str
) -> None:
    assert _overspend(shipped_classifier, text) <= 0


@given(
    parts=st.lists(
        st.tuples(st.sampled_from(FRAGMENTS), st.integers(1, 100)), min_size=1, max_size=12
    ),
    repeats=st.integers(1, 50),
)
@settings(max_examples=40, deadline=None)
def test_explain_keeps_its_budget_for_any_text(
    shipped_classifier: Classifier, parts: list[tuple[str, int]], repeats: int
) -> None:
    text = "".join(part * count for part, count in parts) * repeats

    assert _overspend(shipped_classifier, text) <= 0


@pytest.mark.parametrize("seed", range(3))
def test_explain_encodes_little_besides_what_it_runs(
    shipped_classifier: Classifier, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - the same texts each time
    for _ in range(8):
        parts = [random.choice(FRAGMENTS) * random.choice([1, 2, 10, 100]) for _ in range(4)]
        text = ("".join(parts) * MAX_EXPLAIN_CHARS)[:MAX_EXPLAIN_CHARS]
        encoder = CountingEncoder(shipped_classifier)

        explain(encoder, text)

        planned = sum(map(len, encoder.encoded)) - sum(map(len, encoder.run))
        assert set(encoder.run) <= set(encoder.encoded)
        assert planned <= PLANNING_PASSES * len(text)


def _overspend(classifier: Classifier, text: str) -> int:
    """Return the tokens that were run beyond the budget and the text with all and no words."""
    text = text[:MAX_EXPLAIN_CHARS]
    encoder = CountingEncoder(classifier)

    explain(encoder, text)

    allowed = BUDGET_TOKENS + classifier.encode(text).tokens + classifier.encode(ELLIPSIS).tokens
    return encoder.tokens + RUN_TOKENS * (len(encoder.run) - 2) - allowed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The food was not good.", ["not"]),
        ("It started well, but the ending was terrible.", ["terrible"]),
        (
            "The plot is thin, but the acting is wonderful and I enjoyed every minute.",
            ["enjoyed", "wonderful"],
        ),
    ],
    ids=["negation", "but", "twice"],
)
def test_explain_finds_what_decides_for_the_shipped_model(
    shipped_classifier: Classifier, text: str, words: list[str]
) -> None:
    by_word = _by_word(text, explain(shipped_classifier, text))

    strongest = sorted(by_word, key=by_word.__getitem__, reverse=True)
    assert sorted(strongest[: len(words)]) == words


def test_the_shipped_model_finds_an_ellipsis_neutral(shipped_classifier: Classifier) -> None:
    [prediction] = shipped_classifier.classify([ELLIPSIS])

    assert prediction.label == "neutral"
