"""The query string of ``GET /v1/jobs``. No message repeats what was sent."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

import msgspec

from windvane.api.problems import FieldRuleError
from windvane.api.query_string import CURSOR_RULE, read_limit, read_parameters
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
    sent = read_parameters(parameters, ALLOWED)
    if "status" in sent and sent["status"] not in JOB_STATUSES:
        raise FieldRuleError("status", f"one of {', '.join(JOB_STATUSES)}")
    if "cursor" in sent and not CURSOR.fullmatch(sent["cursor"]):
        raise FieldRuleError("cursor", CURSOR_RULE)
    return JobQuery(
        limit=read_limit(sent["limit"], MAX_LISTED_JOBS)
        if "limit" in sent
        else DEFAULT_LISTED_JOBS,
        cursor=sent.get("cursor"),
        status=cast("JobStatus | None", sent.get("status")),
    )
