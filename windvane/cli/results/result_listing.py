"""Prints results as a table, CSV or JSON Lines."""

from collections.abc import Iterable

import click
import msgspec

from windvane.cli.output_files import open_output
from windvane.result_log.record import ResultRecord
from windvane.rows.record_writers import build_record_writer

CSV_COLUMNS = (
    "result_id",
    "created_at",
    "label",
    "score",
    "feedback_label",
    "tokens",
    "chars",
    "unknown_tokens",
    "language",
    "model",
    "route",
    "client",
    "subject_hash",
    "text",
)


def to_json(record: ResultRecord) -> str:
    """Write a record as one line of JSON."""
    return msgspec.json.encode(record).decode()


def print_results(records: Iterable[ResultRecord], list_format: str, *, raw: bool = False) -> None:
    """Print a table, JSON Lines, or CSV without the scores of the other labels."""
    if list_format == "table":
        _print_table(records)
        return
    with open_output("-") as stream:
        if list_format == "jsonl":
            stream.writelines(f"{to_json(record)}\n" for record in records)
            return
        write = build_record_writer(stream, list_format, CSV_COLUMNS, raw=raw)
        for record in records:
            write({column: getattr(record, column) for column in CSV_COLUMNS})


def _print_table(records: Iterable[ResultRecord]) -> None:
    from windvane.cli.results.result_table import print_table
    from windvane.cli.rich_tables import open_console

    shown = list(records)
    if not shown:
        click.echo("There are no such results.")
        return
    print_table(shown, open_console())
    if not any(record.text for record in shown):
        click.echo("The texts were not kept; WINDVANE_STORE_TEXT=full keeps new ones.", err=True)
