"""Chooses the labels of a model from those that its data has."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from windvane.inference.manifest import MOST_LABELS
from windvane.inference.manifest import find_label_fault as find_name_fault
from windvane.rows.label_maps import LABEL_MAPS, is_number
from windvane.rows.labelled_set import show_label
from windvane.training.errors import TrainingError

MOST_LEARNED_LABELS = 100
FEWEST_LABELS = 2
FEWEST_TEXTS = 2
_SHOWN_LABELS = 8


def choose_labels(counts: Mapping[str, int], known: Sequence[str]) -> tuple[str, ...]:
    """Choose the labels that a model learns.

    Args:
        counts: Number of texts by label of the data.
        known: Labels of the base.

    Returns:
        ``known`` if the data has no other label, else the data's labels in alphabetical order.

    Raises:
        TrainingError: The data's labels are probably not what the model should learn.
    """
    if counts.keys() <= set(known):
        return tuple(known)
    if fault := find_label_fault(counts):
        raise TrainingError(fault)
    return tuple(sorted(counts))


def find_label_fault(counts: Mapping[str, int]) -> str | None:
    """Say why a model should not learn the labels of its data as they are, and what to do.

    Args:
        counts: Number of texts by label, at least one.
    """
    numbers = [label for label in counts if is_number(label)]
    rare = [label for label, texts in counts.items() if texts < FEWEST_TEXTS]
    if len(counts) > MOST_LEARNED_LABELS:
        return (
            f"The data has {len(counts):,} labels, more than {MOST_LEARNED_LABELS}. Is the column "
            "right (FILE,column=NAME)? If it is, name the labels with --labels A,B,..."
        )
    if numbers:
        return (
            f"The data has numbers as labels: {_list(numbers)}. Say what they mean with "
            f"FILE,map=NAME, where NAME is one of {', '.join(LABEL_MAPS)}; or take them as they "
            "are with --labels A,B,..."
        )
    if len(counts) < FEWEST_LABELS:
        return (
            f"The only label of the data is {_list(counts)}. Name all labels with --labels A,B,..."
        )
    if rare:
        return (
            f"The data has fewer than {FEWEST_TEXTS} texts of {_list(rare)}. Correct or remove "
            "the rows, or name the labels with --labels A,B,..."
        )
    return _find_same_names(counts)


def require_names(labels: Iterable[str]) -> None:
    """Refuse labels that an export would refuse, before the long work.

    Raises:
        TrainingError: Names the first one.
    """
    labels = list(labels)
    if len(labels) > MOST_LABELS:
        raise TrainingError(
            f"There are {len(labels):,} labels; at most {MOST_LABELS:,} are allowed."
        )
    for label in labels:
        if fault := find_name_fault(label):
            raise TrainingError(f'The label "{show_label(label)}" {fault}; write another name.')


def describe_labels(counts: Mapping[str, int]) -> str:
    """List labels with their numbers of texts, in alphabetical order."""
    return ", ".join(f"{show_label(label)} ({counts[label]:,})" for label in sorted(counts))


def _find_same_names(counts: Mapping[str, int]) -> str | None:
    by_name = Counter(label.casefold() for label in counts)
    same = [label for label in counts if by_name[label.casefold()] > 1]
    if not same:
        return None
    return (
        f"The data has labels that differ in case only: {_list(same)}. Correct the rows, or name "
        "the labels with --labels A,B,..."
    )


def _list(labels: Iterable[str]) -> str:
    names = [show_label(label) for label in sorted(labels)]
    rest = len(names) - _SHOWN_LABELS
    return ", ".join(names[:_SHOWN_LABELS]) + (f" and {rest:,} more" if rest > 0 else "")
