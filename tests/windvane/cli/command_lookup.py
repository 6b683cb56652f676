"""Finds the command that a printed command line calls."""

import click

from windvane.cli.main import windvane


def find_command(words: list[str]) -> click.Command | None:
    """Take the names of commands off the words, down to a command or a group's own option."""
    command: click.Command | None = windvane
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command = command.get_command(click.Context(command), words.pop(0))
    return command
