"""Which rows a calibration uses, and which files it refuses."""

import re

import pytest

from windvane.calibration.errors import BundleLabelsError, UsableRowsError
from windvane.calibration.usable_rows import choose_rows, require_labels
from windvane.rows.labelled_set import LabelledSet

LABELS = ("negative", "neutral", "positive")


def build(rows: list[tuple[str, str]], ignored: tuple[str, ...] = ()) -> LabelledSet:
    texts, labels = [text for text, _ in rows], [label for _, label in rows]
    return LabelledSet("own.csv", "0" * 64, texts, labels, range(2, len(rows) + 2), ignored)


def rows_of(**counts: int) -> list[tuple[str, str]]:
    return [(f"{label} {i}", label) for label, count in counts.items() for i in range(count)]


def test_choose_rows_keeps_the_first_of_repeated_texts() -> None:
    labelled = build([*rows_of(negative=10, neutral=10, positive=10), ("Negative 1!", "negative")])

    usable = choose_rows(labelled, LABELS, str)

    assert (usable.repeated, usable.contradicting) == (1, 0)
    assert usable.labelled.texts == labelled.texts[:30]
    assert list(usable.labelled.lines) == list(range(2, 32))


def test_choose_rows_leaves_out_texts_with_several_labels() -> None:
    labelled = build([*rows_of(negative=11, neutral=10, positive=10), ("NEGATIVE 1", "positive")])

    usable = choose_rows(labelled, LABELS, str)

    assert (usable.repeated, usable.contradicting) == (0, 2)
    assert "negative 1" not in usable.labelled.texts


def test_choose_rows_compares_texts_as_the_bundle_rewrites_them() -> None:
    rows = [("@ann negative 1", "negative"), ("@bob negative 1", "negative")]
    labelled = build([*rows_of(neutral=15, positive=15), *rows_of(negative=5), *rows])

    usable = choose_rows(labelled, LABELS, lambda text: re.sub(r"@\w+", "@user", text))

    assert (usable.repeated, usable.contradicting) == (1, 0)
    assert usable.labelled.texts == labelled.texts[:-1]


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (rows_of(negative=10, neutral=10, positive=9), "has 29 different texts .* 30 or more"),
        (rows_of(negative=20, positive=20), "no text with the label neutral.*ignore=neutral"),
        (rows_of(negative=20, neutral=4, positive=20), "has 4 different texts with the label neut"),
        ([("same", "neutral")] * 100, "has 1 different texts"),
    ],
    ids=["few", "missing", "rare", "repeated"],
)
def test_choose_rows_names_the_rule(rows: list[tuple[str, str]], fault: str) -> None:
    with pytest.raises(UsableRowsError, match=fault):
        choose_rows(build(rows), LABELS, str)


def test_choose_rows_needs_no_text_of_an_ignored_label() -> None:
    labelled = build(rows_of(negative=20, positive=20), ("neutral",))

    assert len(choose_rows(labelled, LABELS, str).labelled.texts) == 40


def test_require_labels_refuses_a_single_label() -> None:
    with pytest.raises(BundleLabelsError, match="single label toxic"):
        require_labels(["toxic"])
