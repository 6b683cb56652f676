"""Faults of what was given: what ends a command early, and the exit codes."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import click

SOME_REJECTED = 1
"""Exit code of a run that was finished, but could not use every row."""


class CliError(click.ClickException):
    """A fault in what was asked or given; its message is one sentence that says what to do."""

    exit_code = 2


@contextmanager
def file_errors() -> Iterator[None]:
    """Turn a file that cannot be read or written into one sentence.

    Raises:
        CliError: The system refused; names the file where the system does. A reader that went
            away (a broken pipe) is no fault of the file and passes.
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
