"""Turns a command's filters into a query."""

import os
from collections.abc import Mapping
from typing import Any

from windvane.cli.errors import CliError
from windvane.result_log.query import ResultQuery
from windvane.result_log.result_log import ResultLog
from windvane.result_log.subjects import SUBJECT_RULE, SubjectHasher, is_subject
from windvane.settings import load_settings


def to_query(log: ResultLog, filters: Mapping[str, Any]) -> ResultQuery:
    """Build the query of a command's options, of which ``subject`` is hashed.

    Raises:
        CliError: The subject breaks its rule.
        ResultLogUnavailableError: The log did not answer.
        SettingsError: An environment variable has a value that is not allowed.
        SubjectKeyError: There is no key to hash the subject with.
    """
    subject = filters["subject"]
    others = {name: value for name, value in filters.items() if name != "subject"}
    subject_hash = None if subject is None else hash_subject(log, subject)
    return ResultQuery(subject_hash=subject_hash, **others)


def hash_subject(log: ResultLog, subject: str) -> str:
    """Return the hash by which a subject's results are found; errors as above."""
    if not is_subject(subject):
        raise CliError(f"A subject has {SUBJECT_RULE}.")
    return SubjectHasher(log, load_settings(os.environ).subject_key).hash(subject)
