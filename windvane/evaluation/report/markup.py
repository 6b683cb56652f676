"""Pieces of HTML; every word that is put in is escaped here."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

_STYLE_FILE = Path(__file__).with_name("page.css")


@dataclass(frozen=True)
class Html:
    """A string that is HTML already."""

    code: str


Cell = str | Html


class Number(str):
    """Name of a column that holds numbers, which are set to the right."""

    __slots__ = ()


def code_of(cell: Cell) -> str:
    """Escape a plain string; leave HTML as it is."""
    return cell.code if isinstance(cell, Html) else escape(cell)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, caption: str = "", kind: str = ""
) -> Html:
    """Set rows in a table.

    Args:
        columns: Their names.
        rows: A cell for each column.
        caption: What the table shows.
        kind: ``wide`` for sentences in the first column, ``narrow`` for a table of a few words.
    """
    alignments = [' class="number"' if isinstance(column, Number) else "" for column in columns]
    heads = "".join(
        f'<th scope="col"{align}>{escape(column)}</th>'
        for align, column in zip(alignments, columns, strict=True)
    )
    lines = "".join(
        "<tr>"
        + "".join(
            f"<td{align}>{code_of(cell)}</td>" for align, cell in zip(alignments, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return Html(
        f'<div class="scroll {kind}"><table>{title}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def fold(summary: str, content: Html) -> Html:
    """Hide what is long until it is asked for."""
    return Html(f"<details><summary>{escape(summary)}</summary>{content.code}</details>")


def verdict(text: str, *, good: bool) -> Html:
    """Colour a judgement."""
    return Html(f'<span class="{"good" if good else "bad"}">{escape(text)}</span>')


def range_bar(low: float, high: float) -> Html:
    """Draw a range of probabilities on the line from 0 to 1."""
    return Html(f'<div class="bar"><i style="left:{low:.2%};width:{high - low:.2%}"></i></div>')


def wrap_page(title: str, content: str) -> str:
    """Make a page of HTML that needs no other file."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE_FILE.read_text(encoding='utf-8')}</style>"
        f"</head><body><main>{content}</main></body></html>\n"
    )
