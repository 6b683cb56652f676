"""Prints a data check as tables and bars."""

import math
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from windvane.cli.rich_tables import build_cell
from windvane.evaluation.data_check import (
    DataCheck,
    LengthRange,
    Lengths,
    Overlap,
    count_bad_rows,
    join_first,
)
from windvane.evaluation.same_texts import SameText
from windvane.rows.labelled_set import show_label
from windvane.rows.terminal_text import escape_controls

_BAR_WIDTH = 40
_NAMED_CASES = 5
_NAMED_LINES = 5


def print_check(path: str, rejected: int, check: DataCheck) -> None:
    """Print the check of one file."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        Text(escape_controls(f"{path}: {check.texts:,} texts, {count_bad_rows(rejected)}"))
    )
    console.print(_labels_table(check))
    words, characters = map(_describe_lengths, (check.words, check.characters))
    console.print(f"words: {words}; characters: {characters}")
    console.print(_histogram(check.filled_ranges()))
    console.print(
        f"copies: {check.duplicates:,} to the letter, {check.near_duplicates:,} normalised"
        f"{_name_first([_name_lines(each.lines) for each in check.repeated])}"
    )
    named = [_name_labels(each) for each in check.conflicts]
    console.print(
        Text(
            escape_controls(
                f"same text, several labels: {len(check.conflicts):,}{_name_first(named)}"
            )
        )
    )
    for overlap in check.overlaps:
        console.print(Text(escape_controls(_describe_overlap(overlap))))
    console.print()


def _labels_table(check: DataCheck) -> Table:
    table = Table("label")
    table.add_column("texts", justify="right")
    table.add_column("share", justify="right")
    for label, count in check.frequent_labels().items():
        table.add_row(build_cell(show_label(label)), f"{count:,}", f"{count / check.texts:.1%}")
    return table


def _histogram(ranges: list[LengthRange]) -> Table:
    table = Table("words", box=None, padding=(0, 1))
    table.add_column("texts", justify="right")
    table.add_column("")
    most = max(each.texts for each in ranges)
    for each in ranges:
        width = math.ceil(_BAR_WIDTH * each.texts / most)
        table.add_row(each.name, f"{each.texts:,}", "█" * width)
    return table


def _describe_lengths(lengths: Lengths) -> str:
    return f"median {lengths.median:g}, 95 % up to {lengths.p95:g}, longest {lengths.longest:,}"


def _describe_overlap(overlap: Overlap) -> str:
    pairs = [f"line {row.line}: {_name_lines(row.other_lines)} there" for row in overlap.rows]
    share = overlap.other_shared / overlap.other_texts
    return (
        f"also in {overlap.file}: {overlap.exact:,} to the letter, {overlap.texts:,} normalised; "
        f"{overlap.other_shared:,} of its {overlap.other_texts:,} texts ({share:.1%})"
        f"{_name_first(pairs)}"
    )


def _name_labels(same: SameText) -> str:
    rows = zip(same.lines, same.labels, strict=True)
    return join_first([f"{line} {show_label(label)}" for line, label in rows], _NAMED_LINES)


def _name_lines(lines: Sequence[int]) -> str:
    word = "line" if len(lines) == 1 else "lines"
    return f"{word} " + join_first(lines, _NAMED_LINES)


def _name_first(cases: Sequence[str]) -> str:
    """Format the first cases, each on a line of its own."""
    lines = [f"\n  {case}" for case in cases[:_NAMED_CASES]]
    rest = len(cases) - _NAMED_CASES
    return "".join(lines) + (f"\n  and {rest:,} more; --json lists all" if rest > 0 else "")
