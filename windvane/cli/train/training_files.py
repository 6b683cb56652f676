"""Reads the labelled files of a training run, and warns of what they would teach by mistake."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from windvane.cli.errors import CliError
from windvane.cli.messages import print_message
from windvane.rows.labelled_files import LabelledFile, read_labelled_file
from windvane.rows.rejects import Rejects, count_rows

if TYPE_CHECKING:
    from windvane.rows.labelled_set import LabelledSet


def read_training_file(
    file: LabelledFile, labels: Sequence[str], *, text_column: str, file_format: str | None
) -> "LabelledSet":
    """Read a file, and print how many of its rows were left out.

    Raises:
        CliError: The file cannot be read, or a label is not among ``labels``.
    """
    file = replace(file, text_column=text_column, file_format=file_format)
    rejects = Rejects(None, file.path)
    labelled = read_labelled_file(file, labels, rejects)
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


def warn_of_absent_labels(source: "LabelledSet", labels: Sequence[str]) -> None:
    """Warn of labels that no text of the file has: the model would unlearn them."""
    for label in labels:
        if label not in source.labels and label not in source.ignored:
            print_message(
                f'{source.name}: no text is "{label}", so the model would learn that none is. If '
                f"the file just does not tell {label} apart, write {source.name},ignore={label}",
                err=True,
            )
