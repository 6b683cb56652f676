"""Reads the labelled files that a benchmark measures on."""

from collections.abc import Sequence

from windvane.cli.messages import print_message
from windvane.rows.labelled_files import LabelledFile, read_labelled_file
from windvane.rows.labelled_set import LabelledSet
from windvane.rows.rejects import Rejects, count_rows


def read_labelled_sets(files: Sequence[LabelledFile], labels: Sequence[str]) -> list[LabelledSet]:
    """Read files in their order, and say on stderr how many rows cannot be used.

    Args:
        files: As `windvane.cli.labelled_file_type` parses them.
        labels: The model's labels.

    Raises:
        RowsError: A file cannot be used.
    """
    sets = []
    for file in files:
        rejects = Rejects(None, file.path)
        sets.append(read_labelled_file(file, labels, rejects))
        if rejects.count:
            print_message(f"{file.path}: {count_rows(rejects.count)} left out.", err=True)
    return sets
