"""Checks the subject of a request, whom its texts are of. No message repeats it."""

from contextlib import suppress
from typing import Annotated

import msgspec

from windvane.api.problems import FieldRuleError
from windvane.api.route import Dependencies
from windvane.result_log.errors import ResultLogUnavailableError, SubjectKeyError
from windvane.result_log.result_log import ResultLog
from windvane.result_log.subjects import (
    MAX_SUBJECT_CHARS,
    SUBJECT_PATTERN,
    SUBJECT_RULE,
    SubjectHasher,
    is_subject,
)

NO_KEY_RULE = "left out, since this service has no WINDVANE_SUBJECT_KEY"

_LIMITS = {"minLength": 1, "maxLength": MAX_SUBJECT_CHARS, "pattern": SUBJECT_PATTERN}
SUBJECT_SCHEMA = {"type": "string", **_LIMITS}

Subject = Annotated[
    str | None,
    msgspec.Meta(
        description="Whom the texts are of, in the caller's own terms: an opaque id of 1 to "
        f"{MAX_SUBJECT_CHARS} characters. Stored as a keyed hash.",
        extra_json_schema=_LIMITS,
    ),
]
"""A request's field; its rule is checked by `check_subject`, whose message says what it is."""


def check_subject(subject: str | None, dependencies: Dependencies) -> str | None:
    """Return the subject of a request whose texts are to be classified.

    Raises:
        FieldRuleError: It breaks its rule, or could not be stored.
    """
    if subject is None:
        return None
    _check_rule(subject)
    # A log that does not answer is told of with the result.
    with suppress(ResultLogUnavailableError):
        if dependencies.result_log:
            _check_key(open_hasher(dependencies.result_log, dependencies))
    return subject


def hash_subject(subject: str, log: ResultLog, dependencies: Dependencies) -> str:
    """Return the hash by which a subject's results are found.

    Raises:
        FieldRuleError: The subject breaks its rule, or there is no key.
        ResultLogUnavailableError: The log did not answer.
    """
    _check_rule(subject)
    try:
        return open_hasher(log, dependencies).hash(subject)
    except SubjectKeyError as error:
        raise FieldRuleError("subject", NO_KEY_RULE) from error


def open_hasher(log: ResultLog, dependencies: Dependencies) -> SubjectHasher:
    """Open what hashes subjects with the key of the settings, or the log's."""
    return SubjectHasher(log, dependencies.settings.subject_key)


def _check_rule(subject: str) -> None:
    if not is_subject(subject):
        raise FieldRuleError("subject", SUBJECT_RULE)


def _check_key(hasher: SubjectHasher) -> None:
    try:
        hasher.check_key()
    except SubjectKeyError as error:
        raise FieldRuleError("subject", NO_KEY_RULE) from error
