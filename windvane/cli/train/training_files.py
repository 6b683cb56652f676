"""Reads the labelled files of a training run, and warns of what they would teach by mistake."""

import shlex
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from windvane.cli.errors import CliError
from windvane.cli.messages import print_message
from windvane.rows.errors import InputFileError
from windvane.rows.labelled_files import LabelledFile, read_labelled_file, read_labelled_rows
from windvane.rows.rejects import Rejects, count_rows

if TYPE_CHECKING:
    from windvane.rows.labelled_set import LabelledSet

OTHER_LABELS = "--labels A,B,... names the labels to learn."


def count_labels(files: Sequence[LabelledFile]) -> Counter[str]:
    """Count the usable rows of files by label, and print the others.

    Raises:
        InputFileError: A file is not of its format, or no file has a usable row.
        OSError: A file cannot be read.
    """
    counts = Counter[str]()
    for file in files:
        rejects = Rejects(None, file.path)
        counts.update(row.label for row in read_labelled_rows(file, rejects))
    if not counts:
        raise InputFileError(f"{files[0].path} holds no row that can be used.")
    return counts


def read_training_file(
    file: LabelledFile, labels: Sequence[str], *, is_counted: bool = False
) -> "LabelledSet":
    """Read a file, and print how many of its rows were left out.

    Args:
        file: The file.
        labels: The model's labels.
        is_counted: Whether `count_labels` has printed the rows that cannot be used.

    Raises:
        LabelError: A label is not among ``labels``.
        InputFileError: The file is not of its format, or has no usable row.
        OSError: It cannot be read.
    """
    rejects = Rejects(None, file.path, quiet=is_counted)
    labelled = read_labelled_file(file, labels, rejects, other_labels=OTHER_LABELS)
    if rejects.count:
        print_message(f"{file.path}: {count_rows(rejects.count)} left out.", err=True)
    return labelled


def require_disjoint(
    sources: Sequence["LabelledSet"], development: Sequence["LabelledSet"]
) -> None:
    """Refuse a dev file that is also learned from.

    Raises:
        CliError: A file is given as both.
    """
    source_hashes = {source.sha256 for source in sources}
    for file in development:
        if file.sha256 in source_hashes:
            raise CliError(f"{file.name} is given as --data and as --dev; leave --dev out.")


def warn_of_absent_labels(path: str, source: "LabelledSet", labels: Sequence[str]) -> None:
    """Warn of labels that no text of the file has: the model would unlearn them."""
    for label in labels:
        if label not in source.labels and label not in source.ignored:
            print_message(
                f'{source.name}: no text is "{label}", so the model would learn that none is. If '
                f"the file just does not tell {label} apart, write "
                f"{shlex.quote(f'{path},ignore={label}')}",
                err=True,
            )
