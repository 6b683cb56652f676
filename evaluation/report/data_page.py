"""The page of a data check."""

from collections.abc import Sequence
from html import escape
from typing import Any

from evaluation.data_check import DataCheck
from evaluation.report.drawing import ACCENT, draw_rows
from evaluation.report.markup import Number, table, wrap_page


def build_data_page(checks: Sequence[DataCheck]) -> str:
    """Lay the checks out as HTML.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    title = "Labelled data"
    return wrap_page(title, f"<h1>{title}</h1>{''.join(map(_section, checks))}")


def _section(check: DataCheck) -> str:
    lengths = {
        f"{each.from_words} to {each.to_words} words" if each.to_words else "more": each.texts
        for each in check.histogram
    }
    facts = [
        ("copies, to the letter", f"{check.duplicates:,}"),
        ("copies, normalised", f"{check.near_duplicates:,}"),
        ("same text, several labels", f"{check.conflicts:,}"),
    ]
    facts += [
        (f"also in {each.file}", f"{each.exact:,} exact, {each.normalised:,} normalised")
        for each in check.overlaps
    ]
    return (
        f"<section><h2>{escape(check.file)}</h2><p class='quiet'>{check.texts:,} texts</p>"
        f"<h3>Labels</h3>{_bars(check.file + '-labels', check.labels)}"
        f"<h3>Lengths</h3>{_bars(check.file + '-lengths', lengths)}"
        f"{table(('', Number('texts')), facts, kind='narrow').code}</section>"
    )


def _bars(name: str, counts: dict[str, int]) -> str:
    def paint(axes: Any) -> None:  # noqa: ANN401 - matplotlib is imported when it is drawn
        bars = axes.barh(range(len(counts)), list(counts.values()), color=ACCENT, height=0.6)
        axes.bar_label(bars, [f" {count:,}" for count in counts.values()])
        axes.set_xticks([])

    return draw_rows(name, list(counts), paint)
