"""Opens the result log of a command, and corrects a result."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

from windvane.cli.errors import CliError
from windvane.cli.result_log_uri import check_exists, choose_result_log
from windvane.result_log.result_log import ResultLog, open_result_log
from windvane.settings import load_settings


@contextmanager
def open_for_reading(option: str | None) -> Iterator[ResultLog]:
    """Open an existing log.

    Args:
        option: Its URI; None for the log that `windvane serve` writes.

    Raises:
        CliError: It does not exist, or results are not recorded.
        ResultLogError: It cannot be opened.
        SettingsError: An environment variable has a value that is not allowed.
    """
    uri = choose_result_log(option)
    check_exists(uri)
    retention_days = load_settings(os.environ).retention_days
    log = open_result_log(uri, os.environ, retention_days=retention_days)
    if log is None:
        raise CliError(f"Results are not recorded ({uri}); --result-log names a log.")
    with closing(log):
        yield log


def no_such_result(result_id: str) -> CliError:
    """Build the error for an id that the log does not have."""
    return CliError(f"There is no result {result_id}, or it has expired.")


def correct_result(log: ResultLog, result_id: str, label: str) -> None:
    """Store the right label of a result.

    Raises:
        CliError: There is no such result, or it has no such label.
    """
    record = log.read(result_id)
    if record is None:
        raise no_such_result(result_id)
    if label not in record.scores:
        raise CliError(f"{label!r} is no label of it; they are {', '.join(record.scores)}.")
    if log.set_feedback(result_id, label) is None:  # erased in the meantime
        raise no_such_result(result_id)
