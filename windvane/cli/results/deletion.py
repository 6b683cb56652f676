"""Erases one result, or all of one subject."""

import click

from windvane.cli.results.filters import hash_subject
from windvane.cli.results.result_log_access import no_such_result
from windvane.result_log.query import ResultQuery
from windvane.result_log.result_log import ResultLog

SECONDS_AT_ONCE = 10.0
"""How long the log deletes before it is asked to go on."""


def delete_result(log: ResultLog, result_id: str) -> None:
    """Erase a result.

    Raises:
        CliError: There is no such result.
    """
    if not log.delete(result_id):
        raise no_such_result(result_id)
    click.echo(f"{result_id} is erased.")


def delete_of_subject(log: ResultLog, subject: str) -> None:
    """Erase all results of a subject, and print how many there were.

    Raises:
        CliError: The subject breaks its rule.
        ResultLogUnavailableError: The log did not answer; some results may be erased.
        SubjectKeyError: There is no key to hash the subject with.
    """
    query = ResultQuery(subject_hash=hash_subject(log, subject))
    deleted, remaining = 0, True
    while remaining:
        deletion = log.delete_matching(query, SECONDS_AT_ONCE)
        deleted += deletion.deleted
        remaining = deletion.remaining
    click.echo(f"{deleted:,} {'result is' if deleted == 1 else 'results are'} erased.")
