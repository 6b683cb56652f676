"""Prints messages, which may hold names from files, and commands to run next."""

import shlex
import shutil
import sys
from pathlib import Path

import click

from windvane.rows.terminal_text import escape_controls


def print_message(message: str, *, err: bool = False) -> None:
    """Print a message with its control characters shown as escapes."""
    click.echo(escape_controls(message), err=err)


def describe_command(*arguments: str | Path) -> str:
    """Write a call of ``windvane`` that runs as it is printed, in the user's folder and shell."""
    return shlex.join([_find_program(), *map(_to_argument, arguments)])


def _to_argument(value: str | Path) -> str:
    """Keep a path that begins with a dash from being read as an option."""
    is_like_option = isinstance(value, Path) and str(value).startswith("-")
    return f"./{value}" if is_like_option else str(value)


def _find_program() -> str:
    """Return how the user called the command: by its name, or by a path such as .venv/bin/."""
    called = Path(sys.argv[0])
    if called.name != "windvane":  # python -m windvane.cli.main
        return "windvane"
    on_path = shutil.which("windvane")
    is_on_path = on_path is not None and Path(on_path).resolve() == called.resolve()
    return "windvane" if is_on_path else str(called)
