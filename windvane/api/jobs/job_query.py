"""The query string of ``GET /v1/jobs``. No message repeats what was sent."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from windvane.api.problems import FieldRuleError
from windvane.jobs.executions import DEFAULT_LISTED_JOBS, MAX_LISTED_JOBS
from windvane.jobs.job_state import JOB_STATUSES, JobStatus

ALLOWED = ("status", "limit", "cursor")
CURSOR = re.compile("[!-~]{1,1024}")
"""Step Functions' tokens have at most 1,024 characters; see ListExecutions."""


class JobQuery(msgspec.Struct, frozen=True):
    """What is listed, by the names of `Executions.list`."""

    limit: int = DEFAULT_LISTED_JOBS
    cursor: str | None = None
    status: JobStatus | None = None


def to_job_query(parameters: Mapping[str, Sequence[str]]) -> JobQuery:
    """Read the parameters of a query string.

    Raises:
        FieldRuleError: One is not known, repeated, or breaks a rule.
    """
    if not parameters.keys() <= set(ALLOWED):
        raise FieldRuleError("query", f"no unknown parameters (allowed: {', '.join(ALLOWED)})")
    for name, values in parameters.items():
        if len(values) > 1:
            raise FieldRuleError(name, "given once")
    sent = {name: value for name, [value] in parameters.items()}
    if "status" in sent and sent["status"] not in JOB_STATUSES:
        raise FieldRuleError("status", f"one of {', '.join(JOB_STATUSES)}")
    if "cursor" in sent and not CURSOR.fullmatch(sent["cursor"]):
        raise FieldRuleError("cursor", "one that was answered with a page")
    return JobQuery(
        limit=_read_limit(sent["limit"]) if "limit" in sent else DEFAULT_LISTED_JOBS,
        cursor=sent.get("cursor"),
        status=cast("JobStatus | None", sent.get("status")),
    )


def _read_limit(value: str) -> int:
    is_number = value.isascii() and value.isdecimal() and len(value) <= len(str(MAX_LISTED_JOBS))
    if not is_number or not 1 <= int(value) <= MAX_LISTED_JOBS:
        raise FieldRuleError("limit", f"a whole number from 1 to {MAX_LISTED_JOBS}")
    return int(value)
