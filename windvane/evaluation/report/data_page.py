"""The HTML page of a data check."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from windvane.evaluation.data_check import DataCheck, count_bad_rows, join_first
from windvane.evaluation.figure_table import Column, FigureTable, number_columns
from windvane.evaluation.report.page_templates import render_template
from windvane.evaluation.report.svg_drawing import ACCENT, draw_rows
from windvane.rows.labelled_set import show_label

_LISTED_ROWS = 200
_LISTED_PLACES = 10
FileRow = tuple[str, str]
"""Lines of a file, and what is wrong with them."""


@dataclass(frozen=True)
class RowList:
    """Rows of a file that the page lists in a folded table.

    Attributes:
        title: What the rows are.
        rows: All of them; the table holds the first 200.
    """

    title: str
    rows: Sequence[FileRow]

    @property
    def summary(self) -> str:
        """Title and number of rows."""
        is_cut = len(self.rows) > _LISTED_ROWS
        cut = f", the first {_LISTED_ROWS}; --json lists all" if is_cut else ""
        return f"{self.title}: {len(self.rows):,}{cut}"

    @property
    def table(self) -> FigureTable:
        """The rows that are listed."""
        rows = self.rows[:_LISTED_ROWS]
        return FigureTable([Column("lines"), Column("")], rows, width="narrow")


def build_data_page(checks: Sequence[DataCheck], bad_rows: Sequence[Sequence[FileRow]]) -> str:
    """Build the page.

    Args:
        checks: One check per file.
        bad_rows: The unusable rows of each file with their reasons, in the same order.

    Raises:
        ModuleNotFoundError: matplotlib or jinja2 is not installed.
    """
    return render_template(
        "report/data_page.html.j2",
        title="Labelled data",
        files=[_collect_file(*each) for each in zip(checks, bad_rows, strict=True)],
    )


def _collect_file(check: DataCheck, bad_rows: Sequence[FileRow]) -> dict[str, Any]:
    """Build the tables and pictures of a file's section."""
    lengths = {f"{each.name} words": each.texts for each in check.filled_ranges()}
    return {
        "check": check,
        "bad_rows_count": count_bad_rows(len(bad_rows)),
        "bad_rows": RowList("Bad rows", bad_rows),
        "labels_picture": _draw_bars(f"{check.file}-labels", check.frequent_labels()),
        "lengths_picture": _draw_bars(f"{check.file}-lengths", lengths),
        "lengths_table": _lengths_table(check),
        "copies_table": _copies_table(check),
        "copies": list(_find_copies(check)),
    }


def _lengths_table(check: DataCheck) -> FigureTable:
    rows = [
        (unit, f"{each.median:,.0f}", f"{each.p95:,.0f}", f"{each.longest:,}")
        for unit, each in (("words", check.words), ("characters", check.characters))
    ]
    columns = [Column(""), *number_columns("median", "95 % up to", "longest")]
    return FigureTable(columns, rows, width="narrow")


def _copies_table(check: DataCheck) -> FigureTable:
    rows = [
        ("came before, to the letter", f"{check.duplicates:,}"),
        ("came before, normalised", f"{check.near_duplicates:,}"),
        ("texts with several labels", f"{len(check.conflicts):,}"),
    ]
    for each in check.overlaps:
        rows.append((f"also in {each.file}, to the letter", f"{each.exact:,}"))
        rows.append((f"also in {each.file}, normalised", f"{each.texts:,}"))
    return FigureTable([Column(""), *number_columns("texts")], rows, width="narrow")


def _find_copies(check: DataCheck) -> Iterator[RowList]:
    several = [each for each in check.repeated if not each.is_conflict]
    yield RowList("Copies", [(_join(each.lines), show_label(each.labels[0])) for each in several])
    conflicts = [
        (_join(each.lines), _join(list(map(show_label, each.labels)))) for each in check.conflicts
    ]
    yield RowList("Texts with several labels", conflicts)
    for overlap in check.overlaps:
        shared = [
            (str(row.line), f"there {_join(row.other_lines)}{'' if row.exact else ', nearly'}")
            for row in overlap.rows
        ]
        yield RowList(f"Also in {overlap.file}", shared)


def _join(parts: Sequence[object]) -> str:
    return join_first(parts, _LISTED_PLACES)


def _draw_bars(name: str, counts: dict[str, int]) -> str:
    def paint(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        bars = axes.barh(range(len(counts)), list(counts.values()), color=ACCENT, height=0.6)
        axes.bar_label(bars, [f" {count:,}" for count in counts.values()])
        axes.set_xticks([])

    # matplotlib reads the characters between two dollars as a formula.
    return draw_rows(name, [show_label(each) for each in counts], paint)
