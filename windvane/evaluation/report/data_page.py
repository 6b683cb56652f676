"""The page of a data check."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from windvane.evaluation.data_check import DataCheck, count_bad_rows, join_first
from windvane.evaluation.labelled_set import show_label
from windvane.evaluation.report.drawing import ACCENT, draw_rows
from windvane.evaluation.report.markup import Number, fold, table, wrap_page

_LISTED_ROWS = 200
_LISTED_PLACES = 10
Row = tuple[str, str]
"""A row of the file, or several: lines, and what is the matter with them."""


def build_data_page(checks: Sequence[DataCheck], bad_rows: Sequence[Sequence[Row]]) -> str:
    """Lay the checks out as HTML.

    Args:
        checks: What each file holds.
        bad_rows: The rows of each that cannot be used, and why.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    title = "Labelled data"
    sections = map(_section, checks, bad_rows)
    return wrap_page(title, f"<h1>{title}</h1>{''.join(sections)}")


def _section(check: DataCheck, bad_rows: Sequence[Row]) -> str:
    lengths = {f"{each.name} words": each.texts for each in check.filled_ranges()}
    measured = (("words", check.words), ("characters", check.characters))
    rows = [
        (unit, f"{each.median:,.0f}", f"{each.p95:,.0f}", f"{each.longest:,}")
        for unit, each in measured
    ]
    columns = ("", Number("median"), Number("95 % up to"), Number("longest"))
    return (
        f"<section><h2>{escape(check.file)}</h2>"
        f"<p class='quiet'>{check.texts:,} texts, {count_bad_rows(len(bad_rows))}</p>"
        f"{_list_rows('Bad rows', bad_rows)}"
        f"<h3>Labels</h3>{_bars(check.file + '-labels', check.frequent_labels())}"
        f"<h3>Lengths</h3>{_bars(check.file + '-lengths', lengths)}"
        f"{table(columns, rows, kind='narrow').code}"
        f"<h3>Copies</h3>{table(('', Number('texts')), _list_copies(check), kind='narrow').code}"
        f"{''.join(_list_rows(what, rows) for what, rows in _find_copies(check))}"
        "</section>"
    )


def _list_copies(check: DataCheck) -> list[tuple[str, str]]:
    copies = [
        ("came before, to the letter", f"{check.duplicates:,}"),
        ("came before, normalised", f"{check.near_duplicates:,}"),
        ("texts with several labels", f"{len(check.conflicts):,}"),
    ]
    for each in check.overlaps:
        copies.append((f"also in {each.file}, to the letter", f"{each.exact:,}"))
        copies.append((f"also in {each.file}, normalised", f"{each.texts:,}"))
    return copies


def _find_copies(check: DataCheck) -> Iterator[tuple[str, list[Row]]]:
    several = [each for each in check.repeated if not each.is_conflict]
    yield "Copies", [(_join(each.lines), show_label(each.labels[0])) for each in several]
    yield (
        "Texts with several labels",
        [
            (_join(each.lines), _join(list(map(show_label, each.labels))))
            for each in check.conflicts
        ],
    )
    for overlap in check.overlaps:
        yield (
            f"Also in {overlap.file}",
            [
                (str(row.line), f"there {_join(row.other_lines)}{'' if row.exact else ', nearly'}")
                for row in overlap.rows
            ],
        )


def _join(parts: Sequence[object]) -> str:
    return join_first(parts, _LISTED_PLACES)


def _list_rows(what: str, rows: Sequence[Row]) -> str:
    """Fold the first of the rows away; --json gives them all."""
    if not rows:
        return ""
    shown = f", the first {_LISTED_ROWS}; --json lists all" if len(rows) > _LISTED_ROWS else ""
    listed = table(("lines", ""), rows[:_LISTED_ROWS], kind="narrow")
    return fold(f"{what}: {len(rows):,}{shown}", listed).code


def _bars(name: str, counts: dict[str, int]) -> str:
    def paint(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        bars = axes.barh(range(len(counts)), list(counts.values()), color=ACCENT, height=0.6)
        axes.bar_label(bars, [f" {count:,}" for count in counts.values()])
        axes.set_xticks([])

    # matplotlib would read what stands between two dollars as a formula.
    return draw_rows(name, [show_label(each).replace("$", r"\$") for each in counts], paint)
