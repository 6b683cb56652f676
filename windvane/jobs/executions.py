"""Jobs as executions of a state machine: started, listed, looked up, stopped and run again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from windvane.jobs.errors import JobConflictError, JobFieldError
from windvane.jobs.job import job_folder
from windvane.jobs.job_failures import TIMED_OUT, to_failure
from windvane.jobs.job_state import (
    DescribedJob,
    JobCounts,
    JobInput,
    JobPage,
    JobState,
    JobStatus,
    JobSummary,
    PartCounts,
)
from windvane.jobs.step_functions import (
    Execution,
    ExecutionList,
    ExecutionStatus,
    ListedExecution,
    MapRun,
    MapRunList,
    Nothing,
    StartedExecution,
    StateMachine,
    start_clock,
)

T = TypeVar("T")
MAX_LISTED_JOBS = 100
DEFAULT_LISTED_JOBS = 20
STATUSES: dict[ExecutionStatus, JobStatus] = {
    "RUNNING": "running",
    "PENDING_REDRIVE": "running",
    "SUCCEEDED": "succeeded",
    "FAILED": "failed",
    "TIMED_OUT": "failed",
    "ABORTED": "stopped",
}
FILTERS: dict[JobStatus, ExecutionStatus] = {
    "running": "RUNNING",
    "succeeded": "SUCCEEDED",
    "stopped": "ABORTED",
}
"""A status that Step Functions has two of is filtered here instead."""


class Executions:
    """The jobs of one state machine; safe to use from several threads.

    Each method takes at most three calls to Step Functions, and `CALL_SECONDS` for all of them.
    Each raises `JobsDeniedError` if AWS does not allow it, and `JobsUnavailableError` if there was
    no answer in time; those that take an id raise `JobNotFoundError` if no job has it.
    """

    def __init__(self, arn: str, environ: Mapping[str, str]) -> None:
        """Read the state machine's ARN; connections are opened when needed.

        Raises:
            AwsSetupError: The ARN is none of a state machine, or a variable cannot be honoured.
        """
        self._machine = StateMachine(arn, environ)

    def start(self, job_input: JobInput) -> JobState:
        """Start a job; with the id of a job that has the same input, return that one.

        Raises:
            JobConflictError: Another job has this id.
        """
        deadline = start_clock()
        parameters = {
            "stateMachineArn": self._machine.arn,
            "name": job_input.job_id,
            "input": msgspec.json.encode(job_input).decode(),
        }
        try:
            started = self._machine.call("StartExecution", parameters, StartedExecution, deadline)
        except JobConflictError:  # also if the job that has this id has ended
            described = self._describe(job_input.job_id, deadline)
            if described.job_input != job_input:
                raise
            return described.state
        execution = Execution(job_input.job_id, "RUNNING", started.startDate)
        return _to_state(execution, job_input)

    def describe(self, job_id: str) -> JobState:
        """Look a job up."""
        return self._count(job_id, start_clock())

    def describe_briefly(self, job_id: str) -> DescribedJob:
        """Look a job up by a single call, without the counts of its parts."""
        return self._describe(job_id, start_clock())

    def list(
        self,
        *,
        limit: int = DEFAULT_LISTED_JOBS,
        cursor: str | None = None,
        status: JobStatus | None = None,
    ) -> JobPage:
        """List a page of jobs, newest first.

        Args:
            limit: Most jobs of the page, up to `MAX_LISTED_JOBS`.
            cursor: That of the page before.
            status: Only jobs that have it.

        Raises:
            CursorError: The cursor is none of this list, or has expired.
        """
        parameters = {"stateMachineArn": self._machine.arn, "maxResults": limit}
        if cursor is not None:
            parameters["nextToken"] = cursor
        if status in FILTERS:
            parameters["statusFilter"] = FILTERS[status]
        listed = self._machine.call("ListExecutions", parameters, ExecutionList, start_clock())
        jobs = (JobSummary(**_summarize(execution)) for execution in listed.executions)
        return JobPage(
            tuple(job for job in jobs if status in {None, job.status}), listed.nextToken or UNSET
        )

    def stop(self, job_id: str) -> JobState:
        """Stop a job and all that runs of it; one that has ended stays as it is."""
        deadline = start_clock()
        parameters = {"executionArn": self._machine.to_execution_arn(job_id)}
        self._machine.call("StopExecution", parameters, Nothing, deadline)
        return self._count(job_id, deadline)

    def redrive(self, job_id: str) -> JobState:
        """Run again what failed of a job.

        Raises:
            JobConflictError: The job runs, succeeded, or ended more than 14 days ago.
        """
        deadline = start_clock()
        parameters = {"executionArn": self._machine.to_execution_arn(job_id)}
        self._machine.call("RedriveExecution", parameters, Nothing, deadline)
        return self._count(job_id, deadline)

    def close(self) -> None:
        """Close every connection."""
        self._machine.close()

    def _describe(self, job_id: str, deadline: float) -> DescribedJob:
        arn = {"executionArn": self._machine.to_execution_arn(job_id)}
        execution = self._machine.call("DescribeExecution", arn, Execution, deadline)
        job_input = _read(execution.input, JobInput)
        return DescribedJob(_to_state(execution, job_input), job_input)

    def _count(self, job_id: str, deadline: float) -> JobState:
        state = self._describe(job_id, deadline).state
        return msgspec.structs.replace(state, parts=self._count_parts(job_id, deadline))

    def _count_parts(self, job_id: str, deadline: float) -> PartCounts | UnsetType:
        """Count the parts; unset until the job is planned, which is when the map starts."""
        arn = {"executionArn": self._machine.to_execution_arn(job_id)}
        runs = self._machine.call("ListMapRuns", arn, MapRunList, deadline).mapRuns
        if not runs:
            return UNSET
        run = {"mapRunArn": runs[0].mapRunArn}
        counts = self._machine.call("DescribeMapRun", run, MapRun, deadline).itemCounts
        failed = counts.failed + counts.timedOut + counts.aborted
        return PartCounts(counts.total, counts.running, counts.succeeded, failed)


def _to_state(execution: Execution, job_input: JobInput | None) -> JobState:
    summary = _summarize(execution)
    error = execution.error or (TIMED_OUT if execution.status == "TIMED_OUT" else "")
    has_failed = summary["status"] == "failed"
    return JobState(
        **summary,
        job=job_input.job if job_input else UNSET,
        name=job_input.name if job_input else "",
        results=job_folder(job_input.job, execution.name) if job_input else UNSET,
        redrives=execution.redriveCount,
        counts=_read(execution.output, JobCounts) or UNSET,
        failure=to_failure(error, execution.cause) if has_failed else UNSET,
    )


def _summarize(execution: ListedExecution) -> dict[str, Any]:
    return {
        "job_id": execution.name,
        "status": STATUSES[execution.status],
        "started_at": _to_timestamp(execution.startDate),
        "stopped_at": _to_timestamp(execution.stopDate) if execution.stopDate else UNSET,
    }


def _read(content: str, kind: type[T]) -> T | None:
    """Read what an execution was given or gave; None if it is of another kind, or none yet."""
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, JobFieldError):
        return None


def _to_timestamp(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
