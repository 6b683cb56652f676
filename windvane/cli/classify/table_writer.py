"""Writes predictions as a table."""

from collections.abc import Mapping, Sequence
from typing import IO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from windvane.inference.predictions import Prediction, choose_label
from windvane.rows.row import Row
from windvane.rows.terminal_text import blank_controls, escape_line


class TableWriter:
    """Writes a table: the scores, and as much of the text as fits the terminal."""

    def __init__(self, stream: IO[str], labels: Sequence[str], *, min_score: float = 0) -> None:
        self._console = Console(file=stream)
        self._labels = {label: escape_line(label) for label in labels}
        self._header = True
        self._min_score = min_score
        self.renamed: Mapping[str, str] = {}

    def find_fault(self, _row: Row) -> None:
        """Accept every row."""

    def write(self, rows: Sequence[Row], predictions: Sequence[Prediction]) -> None:
        """Write the next rows of the table; column widths are the same for every batch."""
        table = Table(box=None, expand=True, show_header=self._header, pad_edge=False)
        table.add_column("label", width=max(map(cell_len, ("label", *self._labels.values()))))
        for label in self._labels.values():
            table.add_column(Text(label), justify="right", width=max(4, cell_len(label)))
        table.add_column("text", ratio=1, no_wrap=True, overflow="ellipsis")
        for row, prediction in zip(rows, predictions, strict=True):
            scores = (f"{prediction.scores[label]:.2f}" for label in self._labels)
            text = Text(blank_controls(row.text))
            chosen = choose_label(prediction, self._min_score)
            table.add_row(Text("-" if chosen is None else self._labels[chosen]), *scores, text)
        self._console.print(table)
        self._header = False
