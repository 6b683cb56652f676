"""A data check as tables and bars."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evaluation.data_check import DataCheck, LengthRange, Lengths

_BAR_WIDTH = 40


def print_check(path: str, rejected: int, check: DataCheck) -> None:
    """Print what one file holds."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(f"{path}: {check.texts:,} texts, {rejected:,} bad rows"))
    console.print(_labels_table(check))
    console.print(f"words: {_describe(check.words)}; characters: {_describe(check.characters)}")
    console.print(_histogram(check.histogram))
    console.print(
        f"copies: {check.duplicates:,} to the letter, {check.near_duplicates:,} but for case, "
        "punctuation and spaces"
    )
    console.print(f"same text, several labels: {check.conflicts:,}{_name_conflicts(check)}")
    for overlap in check.overlaps:
        lines = ", ".join(f"{line:,}" for line in overlap.lines)
        where = f" (lines {lines}{' ...' if overlap.normalised > len(overlap.lines) else ''})"
        console.print(
            Text(
                f"also in {overlap.file}: {overlap.exact:,} to the letter, "
                f"{overlap.normalised:,} normalised{where if overlap.lines else ''}"
            )
        )
    console.print()


def _labels_table(check: DataCheck) -> Table:
    table = Table("label")
    table.add_column("texts", justify="right")
    table.add_column("share", justify="right")
    for label, count in check.labels.items():
        table.add_row(Text(label), f"{count:,}", f"{count / check.texts:.1%}")
    return table


def _histogram(ranges: list[LengthRange]) -> Table:
    table = Table("words", box=None, padding=(0, 1))
    table.add_column("texts", justify="right")
    table.add_column("")
    most = max(each.texts for each in ranges)
    for each in ranges:
        if each.texts:
            span = f"{each.from_words} to {each.to_words}" if each.to_words else "more"
            bar = "█" * max(1, round(_BAR_WIDTH * each.texts / most))
            table.add_row(span, f"{each.texts:,}", bar)
    return table


def _describe(lengths: Lengths) -> str:
    return f"median {lengths.median:g}, 95 % up to {lengths.p95:g}, longest {lengths.longest:,}"


def _name_conflicts(check: DataCheck) -> str:
    if not check.conflicts:
        return ""
    named = "; ".join(", ".join(map(str, lines)) for lines in check.conflict_lines)
    return f" (lines {named}{' ...' if check.conflicts > len(check.conflict_lines) else ''})"
