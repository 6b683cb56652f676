"""The log that a command reads, and single results of it."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager

from windvane.cli.errors import CliError
from windvane.cli.result_log_uri import check_is_there, choose_result_log
from windvane.result_log.result_log import ResultLog, open_result_log
from windvane.settings import load_settings


@contextmanager
def open_for_reading(given: str | None) -> Iterator[ResultLog]:
    """Open a log that is there, until the block ends.

    Args:
        given: Its URI; nothing for the one that `windvane serve` writes.

    Raises:
        CliError: It is not there, or results are not recorded.
        ResultLogError: It cannot be opened.
        SettingsError: A variable's value is not allowed.
    """
    uri = choose_result_log(given)
    check_is_there(uri)
    retention_days = load_settings(os.environ).retention_days
    log = open_result_log(uri, os.environ, retention_days=retention_days)
    if log is None:
        raise CliError(f"Results are not recorded ({uri}); --result-log names a log.")
    with closing(log):
        yield log


def no_such_result(result_id: str) -> CliError:
    """Say that a log has no such result."""
    return CliError(f"There is no result {result_id}, or it has expired.")


def correct_result(log: ResultLog, result_id: str, label: str) -> None:
    """Keep which label is right.

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
