"""Prints messages, which may hold names from files."""

import click

from windvane.rows.terminal_text import escape_controls


def print_message(message: str, *, err: bool = False) -> None:
    """Print a message with its control characters shown as escapes."""
    click.echo(escape_controls(message), err=err)
