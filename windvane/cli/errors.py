"""Errors that end a command, and exit codes."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import click

SOME_REJECTED = 1
"""Exit code of a run that finished but rejected rows."""


class CliError(click.ClickException):
    """An error in the options or the input; the message is one sentence that says what to do."""

    exit_code = 2


@contextmanager
def file_errors() -> Iterator[None]:
    """Turn an `OSError` into a `CliError`.

    Raises:
        BrokenPipeError: The reader of a pipe is gone.
        CliError: A file cannot be read or written; names the file if the `OSError` does.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        if error.errno == errno.ENOSPC or error.filename is None:
            raise CliError(f"Reading or writing failed: {reason}.") from error
        raise CliError(f"Cannot open {error.filename}: {reason}.") from error
