"""Tables about the data of a retraining, for its page."""

from collections.abc import Mapping, Sequence

from windvane.evaluation.figure_table import Column, FigureTable, number_columns
from windvane.inference.lineage import DataFile


def build_notes(counts: Mapping[str, int], files: Sequence[DataFile]) -> dict[str, FigureTable]:
    """Show what the check of the corrections counted, and every file that was read."""
    return {
        "Corrections": FigureTable(
            [Column(""), *number_columns("corrections")],
            [(what, f"{count:,}") for what, count in counts.items()],
            width="narrow",
        ),
        "Data": FigureTable(
            [Column("role"), Column("file"), *number_columns("texts"), Column("sha256")],
            [(each.role, each.file, f"{each.texts:,}", each.sha256[:12]) for each in files],
        ),
    }
