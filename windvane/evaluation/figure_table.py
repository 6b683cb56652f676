"""Tables of figures, independent of where they are shown: in a terminal or on an HTML page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from windvane.evaluation.intervals import Interval

Medium = Literal["terminal", "page"]


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        name: Its heading.
        is_number: Whether it is aligned to the right.
        only_in: The one medium that shows the column; None for both.
    """

    name: str
    is_number: bool = False
    only_in: Medium | None = None


@dataclass(frozen=True)
class Cell:
    """A cell.

    Attributes:
        text: Plain text.
        interval: Confidence interval of the figure in ``text``, as shares of 1.
        is_good: Whether to colour it as good or as bad; None for no colour.
        link: Id of the page's section to link to.
        probabilities: Lowest and highest probability; a page draws them as a bar.
    """

    text: str
    interval: Interval | None = None
    is_good: bool | None = None
    link: str = ""
    probabilities: tuple[float, float] | None = None


Row = Sequence[str | Cell]


@dataclass(frozen=True)
class FigureTable:
    """A table.

    Attributes:
        columns: The columns.
        rows: One cell per column; a string is a cell without attributes.
        caption: Title, which only a page shows.
        width: On a page, ``wide`` if the first column holds sentences, ``narrow`` for few words.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    caption: str = ""
    width: Literal["", "wide", "narrow"] = ""

    def columns_in(self, medium: Medium) -> list[Column]:
        """Select the columns that a medium shows."""
        return [column for column in self.columns if column.only_in in (None, medium)]

    def rows_in(self, medium: Medium) -> list[list[Cell]]:
        """Select the cells of the columns that a medium shows."""
        return [
            [
                cell if isinstance(cell, Cell) else Cell(cell)
                for column, cell in zip(self.columns, row, strict=True)
                if column.only_in in (None, medium)
            ]
            for row in self.rows
        ]


def number_columns(*names: str, only_in: Medium | None = None) -> list[Column]:
    """Build columns that are aligned to the right."""
    return [Column(name, is_number=True, only_in=only_in) for name in names]


def percent(share: float | None, interval: Interval | None = None) -> Cell:
    """Show a share of the texts with its interval; a dash where there is no share."""
    return Cell("-") if share is None else Cell(f"{share:.2%}", interval)
