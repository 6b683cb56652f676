"""Comprehend's asynchronous sentiment detection, as bulk jobs."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec import UNSET

from windvane.api.compat.comprehend import LANGUAGE, ComprehendError
from windvane.api.compat.comprehend_job_schemas import (
    DescribeJobAnswer,
    InputDataConfig,
    InputFormatName,
    JobFilter,
    JobProperties,
    JobRequest,
    JobStatusName,
    ListJobsAnswer,
    ListJobsRequest,
    OutputDataConfig,
    StartJobAnswer,
    StartJobRequest,
    StopJobAnswer,
)
from windvane.api.jobs.open_jobs import check_job, new_job_id, open_jobs
from windvane.api.problems import FieldRuleError, KeyReusedError, UnknownJobError
from windvane.api.request_rules import convert
from windvane.api.route import Dependencies
from windvane.jobs.errors import JobConflictError, JobFieldError
from windvane.jobs.executions import Executions
from windvane.jobs.job import COMPREHEND_OUTPUT, Job, JobFormat
from windvane.jobs.job_state import DescribedJob, JobInput, JobStatus, JobSummary
from windvane.jobs.step_functions import CursorError

INVALID = "InvalidRequestException"
FORMATS: dict[InputFormatName, JobFormat] = {
    "ONE_DOC_PER_LINE": "text",
    "ONE_DOC_PER_FILE": "document",
}
STATUSES: dict[JobStatus, JobStatusName] = {
    "running": "IN_PROGRESS",
    "succeeded": "COMPLETED",
    "failed": "FAILED",
    "stopped": "STOPPED",
}
MAX_DESCRIBED = 25
"""Jobs of one page: each takes a call of its own."""

FIELDS = {"input": "InputDataConfig.S3Uri", "output": "OutputDataConfig.S3Uri"}
"""What Comprehend calls the fields of a job."""

ROLE = "DataAccessRoleArn"


def start_job(body: object, dependencies: Dependencies) -> msgspec.Struct:
    """Start a job; with a ``ClientRequestToken`` that came before, answer with that job."""
    with open_jobs(dependencies) as jobs:
        request = convert(body, StartJobRequest)
        _refuse_what_is_not_served(request)
        job_input = _to_job_input(request, dependencies)
        try:
            jobs.start(job_input)
        except JobConflictError as error:
            raise KeyReusedError from error
    job_id = job_input.job_id
    return StartJobAnswer(job_id, _to_arn(job_id, dependencies), "SUBMITTED")


def describe_job(body: object, dependencies: Dependencies) -> msgspec.Struct:
    """Describe a job that was started by `start_job`."""
    with open_jobs(dependencies) as jobs:
        described = _find(jobs, convert(body, JobRequest).JobId)
    return DescribeJobAnswer(_to_properties(described, dependencies))


def stop_job(body: object, dependencies: Dependencies) -> msgspec.Struct:
    """Stop a job that runs."""
    job_id = convert(body, JobRequest).JobId
    with open_jobs(dependencies) as jobs:
        status = _find(jobs, job_id).state.status
        if status in {"succeeded", "failed"}:
            raise ComprehendError(INVALID, "of a job which has not ended", field="JobId")
        if status == "stopped":
            return StopJobAnswer(job_id, "STOPPED")
        jobs.stop(job_id)
    return StopJobAnswer(job_id, "STOP_REQUESTED")


def list_jobs(body: object, dependencies: Dependencies) -> msgspec.Struct:
    """List a page of the jobs that were started by `start_job`, newest first."""
    with open_jobs(dependencies) as jobs:
        request = convert(body, ListJobsRequest)
        if len(set(_list_set(request.Filter))) > 1:
            raise ComprehendError("InvalidFilterException", "one filter at a time", field="Filter")
        limit = min(request.MaxResults, MAX_DESCRIBED)
        try:
            page = jobs.list(limit=limit, cursor=request.NextToken or None)
        except CursorError as error:
            rule = "one that was answered with a page, within a day"
            raise ComprehendError(INVALID, rule, field="NextToken") from error
        fitting = [
            _to_properties(described, dependencies)
            for summary in page.jobs
            if _fits(summary, request.Filter)
            for described in _describe(jobs, summary.job_id)
            if _is_named(described, request.Filter)
        ]
    return ListJobsAnswer(fitting, page.cursor)


def _refuse_what_is_not_served(request: StartJobRequest) -> None:
    """Refuse what could not be done as it says.

    Raises:
        ComprehendError: Names the field.
    """
    if request.LanguageCode != LANGUAGE:
        raise ComprehendError(INVALID, f"{LANGUAGE}, the model's", field="LanguageCode")
    keys = {
        "OutputDataConfig.KmsKeyId": request.OutputDataConfig.KmsKeyId,
        "VolumeKmsKeyId": request.VolumeKmsKeyId,
    }
    for field, key in keys.items():
        if key:
            rule = "left out: the bucket's own encryption applies"
            raise ComprehendError("KmsKeyValidationException", rule, field=field)
    refused = {
        "InputDataConfig.DocumentReaderConfig": request.InputDataConfig.DocumentReaderConfig,
        "VpcConfig": request.VpcConfig,
        "Tags": request.Tags,
    }
    for field, value in refused.items():
        if value:
            raise ComprehendError(INVALID, "left out: it is not served here", field=field)


def _to_job_input(request: StartJobRequest, dependencies: Dependencies) -> JobInput:
    data = request.InputDataConfig
    try:
        location = _close(data.S3Uri, dependencies.settings.job_inputs)
        job = Job(
            input=location,
            is_prefix=not location.endswith("/"),
            output=_close(request.OutputDataConfig.S3Uri),
            format=FORMATS[data.InputFormat],
            layout="comprehend",
        )
        check_job(job, dependencies.settings)
    except JobFieldError as error:
        raise FieldRuleError(FIELDS.get(error.field, error.field), error.rule) from error
    token = request.ClientRequestToken
    return JobInput(
        job_id=new_job_id(f"comprehend\n{token}" if token else None),
        job=job,
        name=request.JobName or "",
        attributes={ROLE: request.DataAccessRoleArn},
    )


def _close(uri: str, allowed: Sequence[str] = ()) -> str:
    """Write a bucket alone, or an allowed location without its slash, with a slash at the end.

    Other prefixes stay as they are: ``s3://bucket/re`` is all objects that begin so.
    """
    is_bucket = "/" not in uri.removeprefix("s3://")
    return f"{uri}/" if is_bucket or f"{uri}/" in allowed else uri


def _find(jobs: Executions, job_id: str) -> DescribedJob:
    for described in _describe(jobs, job_id):
        return described
    raise UnknownJobError


def _describe(jobs: Executions, job_id: str) -> Iterator[DescribedJob]:
    """Give a job, unless it is one of another kind, whose results have another layout."""
    described = jobs.describe_briefly(job_id)
    if described.job_input and described.job_input.job.layout == "comprehend":
        yield described


def _list_set(job_filter: JobFilter) -> Iterator[str]:
    return (name for name, value in msgspec.structs.asdict(job_filter).items() if value != UNSET)


def _fits(summary: JobSummary, job_filter: JobFilter) -> bool:
    submitted = _to_seconds(summary.started_at)
    return (
        job_filter.JobStatus in {UNSET, STATUSES[summary.status]}
        and (job_filter.SubmitTimeBefore or submitted + 1) > submitted
        and (job_filter.SubmitTimeAfter or submitted - 1) < submitted
    )


def _is_named(described: DescribedJob, job_filter: JobFilter) -> bool:
    return job_filter.JobName in {UNSET, described.state.name}


def _to_properties(described: DescribedJob, dependencies: Dependencies) -> JobProperties:
    state, job_input = described.state, described.job_input
    if job_input is None:
        raise UnknownJobError
    job = job_input.job
    is_by_line = job.format != FORMATS["ONE_DOC_PER_FILE"]
    return JobProperties(
        JobId=state.job_id,
        JobArn=_to_arn(state.job_id, dependencies),
        JobName=state.name or UNSET,
        JobStatus=STATUSES[state.status],
        Message=state.failure.reason if state.failure else UNSET,
        SubmitTime=_to_seconds(state.started_at),
        EndTime=_to_seconds(state.stopped_at) if state.stopped_at else UNSET,
        InputDataConfig=InputDataConfig(
            job.input, "ONE_DOC_PER_LINE" if is_by_line else "ONE_DOC_PER_FILE"
        ),
        OutputDataConfig=OutputDataConfig(f"{state.results}{COMPREHEND_OUTPUT}"),
        LanguageCode=LANGUAGE,
        DataAccessRoleArn=job_input.attributes.get(ROLE, UNSET),
    )


def _to_arn(job_id: str, dependencies: Dependencies) -> str:
    """Write the ARN that Comprehend would give the job, in the state machine's region."""
    partition, _, region, account = dependencies.settings.jobs_arn.split(":")[1:5]
    return f"arn:{partition}:comprehend:{region}:{account}:sentiment-detection-job/{job_id}"


def _to_seconds(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp).timestamp()
