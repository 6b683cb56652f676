"""Errors of reading rows, as errors of jobs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from windvane.jobs.errors import JobInputError
from windvane.rows.errors import InputFileError

_OPTION = re.compile(r"--([a-z]+(?:-[a-z]+)*)")


@contextmanager
def input_errors() -> Iterator[None]:
    """Translate errors of reading rows.

    Raises:
        JobInputError: A file is not of its format, lacks a column, or has no usable row.
    """
    try:
        yield
    except InputFileError as error:
        raise JobInputError(name_fields(str(error))) from error


def name_fields(message: str) -> str:
    """Name the field of a job where a message names the option of a command."""
    return _OPTION.sub(lambda option: option[1].replace("-", "_"), message)


def missing_column(column: str, name: str) -> JobInputError:
    """Build the error; it does not list the first row, which may be texts."""
    return JobInputError(f'{name} has no column "{column}".')
