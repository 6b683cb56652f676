"""The rows of a labelled file that a calibration is fitted to and measured on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from windvane.calibration.errors import BundleLabelsError, UsableRowsError
from windvane.evaluation.predicted_set import choose_labels
from windvane.evaluation.same_texts import index_texts
from windvane.rows.labelled_set import LabelledSet

FEWEST_TEXTS = 30
FEWEST_OF_LABEL = 5
_FEWEST_LABELS = 2


@dataclass(frozen=True)
class UsableRows:
    """Rows with different texts, and how many were left out.

    Attributes:
        labelled: The rows.
        repeated: Left out: an earlier row has the same text and label.
        contradicting: Left out: rows whose text has several labels.
    """

    labelled: LabelledSet
    repeated: int
    contradicting: int


def require_labels(labels: Sequence[str]) -> None:
    """Check that a bundle chooses between labels.

    Raises:
        BundleLabelsError: It has a single one, whose score no offset of others can change.
    """
    if len(labels) < _FEWEST_LABELS:
        raise BundleLabelsError(
            f"The bundle has the single label {labels[0]}; offsets need two labels or more."
        )


def choose_rows(
    labelled: LabelledSet, labels: Sequence[str], normalize: Callable[[str], str]
) -> UsableRows:
    """Leave out repeated and contradicting texts, which would be fitted to and measured on at once.

    Texts are compared as the bundle's rules rewrite them, and without case, width, punctuation and
    spaces (`same_texts.normalise`).

    Args:
        labelled: All rows.
        labels: The bundle's labels.
        normalize: Rewrites a text by the bundle's rules.

    Raises:
        ModelRunError: A text could not be rewritten.
        UsableRowsError: Fewer than `FEWEST_TEXTS` are left, or fewer than `FEWEST_OF_LABEL` of a
            label that the file does not ignore.
    """
    rewritten = replace(labelled, texts=[normalize(text) for text in labelled.texts])
    groups = index_texts(rewritten).rows_by_key.values()
    sure = [rows for rows in groups if len({labelled.labels[row] for row in rows}) == 1]
    chosen = sorted(rows[0] for rows in sure)
    different = replace(
        labelled,
        texts=[labelled.texts[row] for row in chosen],
        labels=[labelled.labels[row] for row in chosen],
        lines=[labelled.lines[row] for row in chosen],
    )
    in_groups = sum(map(len, sure))
    require_enough(different, labels)
    return UsableRows(different, in_groups - len(chosen), len(labelled.texts) - in_groups)


def require_enough(labelled: LabelledSet, labels: Sequence[str]) -> None:
    """Check that a calibration can be fitted to rows whose texts are different.

    Raises:
        UsableRowsError: As `choose_rows` raises.
    """
    if len(labelled.texts) < FEWEST_TEXTS:
        raise UsableRowsError(
            f"{labelled.name} has {len(labelled.texts):,} different texts with one label each; a "
            f"calibration needs {FEWEST_TEXTS} or more. Label more texts."
        )
    counts = labelled.count_labels()
    _, expected = choose_labels(labels, labelled.ignored)
    missing = [label for label in expected if not counts[label]]
    if missing:
        raise UsableRowsError(
            f"{labelled.name} has no text with the label {missing[0]}. Label some, "
            f"{FEWEST_OF_LABEL} or more, or say that the file does not tell it from the others: "
            f"ignore={missing[0]} behind the file's name."
        )
    few = [label for label in expected if counts[label] < FEWEST_OF_LABEL]
    if few:
        raise UsableRowsError(
            f"{labelled.name} has {counts[few[0]]} different texts with the label {few[0]}; a "
            f"calibration needs {FEWEST_OF_LABEL} or more of each label."
        )
