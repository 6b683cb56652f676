"""Results on a terminal, or as JSON Lines."""

from collections.abc import Iterable

import click
import msgspec

from functions.result_log.record import ResultRecord

RESULT_ID_CHARS = 36
PIPED_WIDTH = 160


def to_json(record: ResultRecord) -> str:
    """Write a record as one line of JSON."""
    return msgspec.json.encode(record).decode()


def print_results(records: Iterable[ResultRecord], *, as_json: bool) -> None:
    """Print a table, or a line of JSON each."""
    if as_json:
        for record in records:
            click.echo(to_json(record))
        return
    shown = list(records)
    if not shown:
        click.echo("There are no such results.")
        return
    from rich.console import Console

    console = Console()
    if not console.is_terminal:
        console.width = PIPED_WIDTH
    console.print(_build_table(shown))


def _build_table(records: Iterable[ResultRecord]) -> object:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    for title in ("time (UTC)", "label", "score"):
        table.add_column(title, no_wrap=True)
    table.add_column("corrected")
    table.add_column("id", no_wrap=True, min_width=RESULT_ID_CHARS)
    table.add_column("text", no_wrap=True)
    for record in records:
        corrected = record.feedback_label
        table.add_row(
            record.created_at[:19].replace("T", " "),
            Text(record.label),
            f"{record.score:.3f}",
            Text("" if corrected in {None, record.label} else str(corrected)),
            record.result_id,
            # What a text holds must not steer the terminal.
            Text("".join(c if c.isprintable() else " " for c in (record.text or "")[:80])),
        )
    return table
