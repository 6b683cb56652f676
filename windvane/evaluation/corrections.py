"""Corrections of predictions: checked, and split into those to learn and those to measure on."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from windvane.evaluation.errors import CorrectionsError
from windvane.evaluation.same_texts import index_texts, normalise
from windvane.rows.labelled_set import LabelledSet, show_label

FEWEST_CORRECTIONS = 10
_HELD_OUT_FRACTION = 5
"""One correction in this many is measured on and not learned."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A text and its right label.

    Attributes:
        text: The text.
        label: The label that somebody gave it.
        model_label: The label that the model gave it; empty if that is not known.
    """

    text: str
    label: str
    model_label: str = ""


@dataclass(frozen=True)
class CheckedCorrections:
    """Corrections that can be learned from, and how many were left out.

    Attributes:
        learned: Corrections to learn from.
        held_out: Corrections to measure on. A text that is held out once is always held out.
        confirmed: Number of usable ones whose label is the model's.
        repeated: Left out: the text has the same label in another correction.
        contradicting: Left out: the text has several labels.
        frozen: Left out: an evaluation file has the text.
        frozen_otherwise: Number of these to which the evaluation file gives another label.
    """

    learned: Sequence[Correction]
    held_out: Sequence[Correction]
    confirmed: int
    repeated: int
    contradicting: int
    frozen: int
    frozen_otherwise: int

    def counts(self) -> dict[str, int]:
        """Return the counts by what they count, for a page and a record."""
        return {
            "learned": len(self.learned),
            "held out, to measure on": len(self.held_out),
            "of both, confirming the model's label": self.confirmed,
            "left out: repeated": self.repeated,
            "left out: text with several labels": self.contradicting,
            "left out: text of an evaluation file": self.frozen,
            "left out: text of an evaluation file, labelled otherwise there": self.frozen_otherwise,
        }


def check_corrections(
    corrections: Sequence[Correction],
    labels: Sequence[str],
    evaluation: Sequence[LabelledSet],
    *,
    fewest: int = FEWEST_CORRECTIONS,
) -> CheckedCorrections:
    """Check corrections, and hold out a fifth of them.

    Texts are compared without case, width, punctuation and spaces (`normalise`).

    Args:
        corrections: In any order; of repeated ones the first is kept.
        labels: The model's labels.
        evaluation: Frozen evaluation files, none of whose texts may be learned.
        fewest: Least number of usable corrections.

    Raises:
        CorrectionsError: A label is not the model's, or too few are usable.
    """
    _require_labels(corrections, labels)
    frozen_labels = _index_labels(evaluation)
    groups: dict[str, list[Correction]] = {}
    for correction in corrections:
        groups.setdefault(normalise(correction.text), []).append(correction)
    frozen = {key: group for key, group in groups.items() if key in frozen_labels}
    free = {key: group for key, group in groups.items() if key not in frozen_labels}
    sure = {key: group for key, group in free.items() if len({each.label for each in group}) == 1}
    if len(sure) < fewest:
        raise CorrectionsError(
            f"{len(sure):,} of {len(corrections):,} corrections can be learned from, fewer than "
            f"{fewest:,}; collect more, or lower --min-corrections."
        )
    held_out = _choose_held_out(list(sure))
    usable = {key: group[0] for key, group in sure.items()}
    return CheckedCorrections(
        learned=[each for key, each in usable.items() if key not in held_out],
        held_out=[each for key, each in usable.items() if key in held_out],
        confirmed=sum(each.label == each.model_label for each in usable.values()),
        repeated=sum(len(group) - 1 for group in sure.values()),
        contradicting=sum(len(group) for key, group in free.items() if key not in sure),
        frozen=sum(map(len, frozen.values())),
        frozen_otherwise=sum(
            each.label not in frozen_labels[key] for key, group in frozen.items() for each in group
        ),
    )


def leave_out_texts(labelled: LabelledSet, others: Sequence[LabelledSet]) -> LabelledSet:
    """Leave out the rows whose normalised text another set has.

    Raises:
        CorrectionsError: No row is left.
    """
    taken = set(_index_labels(others))
    rows = [row for row, key in enumerate(index_texts(labelled).keys) if key not in taken]
    if not rows:
        raise CorrectionsError(
            f"Every text of {labelled.name} is in the corrections or in an evaluation file; give "
            "other data to replay."
        )
    return replace(
        labelled,
        texts=[labelled.texts[row] for row in rows],
        labels=[labelled.labels[row] for row in rows],
        lines=[labelled.lines[row] for row in rows],
    )


def _index_labels(files: Sequence[LabelledSet]) -> Mapping[str, set[str]]:
    """Collect the labels of each normalised text."""
    labels: dict[str, set[str]] = {}
    for file in files:
        for text, label in zip(file.texts, file.labels, strict=True):
            labels.setdefault(normalise(text), set()).add(label)
    return labels


def _require_labels(corrections: Sequence[Correction], labels: Sequence[str]) -> None:
    for correction in corrections:
        if correction.label not in labels:
            raise CorrectionsError(
                f'A correction has the label "{show_label(correction.label)}", which the model '
                f"does not have ({', '.join(labels)})."
            )


def _choose_held_out(keys: Sequence[str]) -> set[str]:
    """Choose by the hash of the text, so that the choice lasts; at least one, and not all."""
    hashes = {key: int(hashlib.sha256(key.encode()).hexdigest(), 16) for key in keys}
    chosen = {key for key, digest in hashes.items() if digest % _HELD_OUT_FRACTION == 0}
    if not chosen or len(chosen) == len(keys):
        return {min(hashes, key=hashes.__getitem__)}
    return chosen
