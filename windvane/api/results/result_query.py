"""The query string of ``GET /v1/results``. No message repeats what was sent."""

import re
from collections.abc import Callable, Mapping, Sequence

from windvane.api.problems import FieldRuleError
from windvane.api.query_string import CURSOR_RULE, read_limit, read_parameters
from windvane.inference.manifest import LONGEST_LABEL_CHARS
from windvane.result_log.errors import ResultIdError
from windvane.result_log.query import DEFAULT_LIMIT, MAX_LIMIT, ResultQuery
from windvane.result_log.result_id import read_created_ms
from windvane.result_log.timestamps import parse_timestamp_ms

ALLOWED = ("label", "client", "subject", "from", "to", "limit", "cursor")
CLIENT = re.compile(r"[A-Za-z0-9:-]{1,64}")
"""A client's name, or what stands for it in the results of a key that the stage does not name."""
CLIENT_RULE = "1 to 64 of A-Z, a-z, 0-9, - and :"
LOST_PLUS = re.compile(r" (?=\d\d:\d\d$)")
"""The space that an unencoded plus sign turns into, before the UTC offset of a timestamp."""


HashSubject = Callable[[str], str]
"""Returns the hash of a subject, or raises `FieldRuleError`."""


def to_query(parameters: Mapping[str, Sequence[str]], hash_subject: HashSubject) -> ResultQuery:
    """Read the parameters of a query string.

    Args:
        parameters: The values of each, decoded.
        hash_subject: Called with a subject.

    Raises:
        FieldRuleError: One is not known, repeated, or breaks a rule.
    """
    sent = read_parameters(parameters, ALLOWED)
    return ResultQuery(
        label=_read_label(sent["label"]) if "label" in sent else None,
        client=_read_client(sent["client"]) if "client" in sent else None,
        subject_hash=hash_subject(sent["subject"]) if "subject" in sent else None,
        from_ms=_read_timestamp("from", sent["from"]) if "from" in sent else None,
        to_ms=_read_timestamp("to", sent["to"]) if "to" in sent else None,
        limit=read_limit(sent["limit"], MAX_LIMIT) if "limit" in sent else DEFAULT_LIMIT,
        cursor=_read_cursor(sent["cursor"]) if "cursor" in sent else None,
    )


def to_deletion_query(
    parameters: Mapping[str, Sequence[str]], hash_subject: HashSubject
) -> ResultQuery:
    """Read the parameters of a deletion, which has to name a subject.

    Raises:
        FieldRuleError: It does not, or a parameter is not known, repeated, or breaks a rule.
    """
    sent = read_parameters(parameters, ("subject",))
    if "subject" not in sent:
        raise FieldRuleError("subject", "required")
    return ResultQuery(subject_hash=hash_subject(sent["subject"]))


def _read_label(value: str) -> str:
    if not 1 <= len(value) <= LONGEST_LABEL_CHARS or re.search("[\ud800-\udfff]", value):
        raise FieldRuleError("label", f"1 to {LONGEST_LABEL_CHARS} characters")
    return value


def _read_client(value: str) -> str:
    if not CLIENT.fullmatch(value):
        raise FieldRuleError("client", CLIENT_RULE)
    return value


def _read_timestamp(name: str, value: str) -> int:
    try:
        return parse_timestamp_ms(LOST_PLUS.sub("+", value))
    except ValueError as error:
        raise FieldRuleError(name, str(error)) from error


def _read_cursor(value: str) -> str:
    try:
        read_created_ms(value)
    except ResultIdError as error:
        raise FieldRuleError("cursor", CURSOR_RULE) from error
    return value
