"""Files of environment variables, in the form that Docker Compose and systemd read."""

import os
from io import StringIO
from itertools import takewhile
from pathlib import Path

import click

from windvane.cli.errors import CliError, file_errors

MAX_BYTES = 1024 * 1024


def load_environment(ctx: click.Context, _param: click.Parameter, path: str | None) -> None:
    """Set the variables of a file that are not set yet.

    Raises:
        CliError: The file cannot be read, or a line of it sets no variable.
    """
    if path is None or ctx.resilient_parsing:
        return
    for name, value in read_environment(Path(path)).items():
        os.environ.setdefault(name, value)


def read_environment(path: Path) -> dict[str, str]:
    """Read variables by name; a value may stand in quotes, and ``$`` stands for itself.

    Raises:
        CliError: The file cannot be read, is too long, or has a line that sets no variable. The
            message does not show the line, which may hold a key.
    """
    # Imported late: most people use no such file.
    from dotenv.parser import parse_stream

    variables: dict[str, str] = {}
    for binding in parse_stream(StringIO(_read_text(path))):
        value = binding.value
        if binding.error or (binding.key is not None and (value is None or "\0" in value)):
            blank = takewhile(str.isspace, binding.original.string)
            line = binding.original.line + sum(each == "\n" for each in blank)
            raise CliError(f"{path} line {line} must be NAME=value.")
        if binding.key is not None and value is not None:
            variables[binding.key] = value
    return variables


def _read_text(path: Path) -> str:
    with file_errors(), path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise CliError(f"{path} must have at most {MAX_BYTES} bytes.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise CliError(f"{path} must be UTF-8.") from error
