"""What is known of a job while it runs and after its end; no text is in it."""

from typing import Annotated, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from windvane.jobs.job import Job, JobId

JobStatus = Literal["running", "succeeded", "failed", "stopped"]
JOB_STATUSES: tuple[JobStatus, ...] = get_args(JobStatus)
JobName = Annotated[str, Meta(max_length=256)]


class JobInput(msgspec.Struct, frozen=True, kw_only=True):
    """The input of the job's execution in Step Functions.

    Attributes:
        job: The job.
        job_id: Id of the job, and name of the execution; empty if something else than `Executions`
            started it, such as a schedule.
        name: A name that people know the job by; need not be unique.
        attributes: What the API that the job came by must answer about it later.
    """

    job: Job
    job_id: JobId | Literal[""] = ""
    name: JobName = ""
    attributes: dict[str, str] = {}


class JobSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A job in a listing.

    Attributes:
        job_id: Id of the job.
        status: ``stopped`` is stopped by somebody; a job that took too long has ``failed``.
        started_at: In ISO 8601, UTC.
        stopped_at: When it ended.
    """

    job_id: str
    status: JobStatus
    started_at: str
    stopped_at: str | UnsetType = UNSET


class PartCounts(msgspec.Struct, frozen=True):
    """Parts of a job by what became of them; the others wait.

    Attributes:
        total: All of them.
        running: Being worked on.
        done: Worked on with success.
        failed: Failed, or broken off when the job ended; `Executions.redrive` runs them again.
    """

    total: int
    running: int
    done: int
    failed: int


class JobCounts(msgspec.Struct, frozen=True):
    """What a job that succeeded did.

    Attributes:
        rows: ``answered`` and ``rejected``.
        answered: Rows with a prediction: ``labels`` and ``unlabelled``.
        rejected: Rows without.
        labels: Rows by label.
        seconds: From plan to end.
        manifest: Location of the `JobManifest`.
        unlabelled: Rows whose label has a score below the job's ``min_score``.
    """

    rows: int
    answered: int
    rejected: int
    labels: dict[str, int]
    seconds: float
    manifest: str
    unlabelled: int = 0


class JobFailure(msgspec.Struct, frozen=True):
    """Why a job failed.

    Attributes:
        error: Name of the error, such as ``JobInputError``.
        reason: A sentence.
    """

    error: str
    reason: str


class JobState(JobSummary, frozen=True, kw_only=True):
    """A job by itself.

    Attributes:
        job: The job; left out if the execution was started with another input.
        name: A name that people know it by.
        results: Folder that the job writes below.
        redrives: How often its failed parts were run again.
        parts: Left out until the job is planned.
        counts: Of a job that succeeded.
        failure: Of a job that failed.
    """

    job: Job | UnsetType = UNSET
    name: str = ""
    results: str | UnsetType = UNSET
    redrives: int = 0
    parts: PartCounts | UnsetType = UNSET
    counts: JobCounts | UnsetType = UNSET
    failure: JobFailure | UnsetType = UNSET


class DescribedJob(msgspec.Struct, frozen=True):
    """A job without the counts of its parts, and what its execution was started with.

    Attributes:
        state: The job.
        job_input: None if the execution was started with something else than a job.
    """

    state: JobState
    job_input: JobInput | None


class JobPage(msgspec.Struct, frozen=True):
    """A page of a listing, newest first.

    Attributes:
        jobs: May be fewer than asked for, or none, and have a cursor all the same.
        cursor: Asks for the next page; left out where nothing follows. Lasts for a day.
    """

    jobs: tuple[JobSummary, ...]
    cursor: str | UnsetType = UNSET
