"""``/v1/jobs``: bulk jobs, started, listed, looked up, stopped and run again."""

from http import HTTPStatus

from windvane.api.examples import JOB_ID
from windvane.api.problems import (
    FieldRuleError,
    JobNotRedrivableError,
    JobsNotEnabledError,
    JobsUnreachableError,
    KeyReusedError,
    MalformedRequestError,
    UnknownJobError,
)
from windvane.api.route import BODY_ERRORS, Lazy, Route

ONE_JOB = "/v1/jobs/<job_id>"
JOB_ERRORS = (MalformedRequestError, JobsNotEnabledError, JobsUnreachableError)
JOB_STATE = Lazy("windvane.jobs.job_state:JobState")
ID_PARAMETER = Lazy("windvane.api.jobs.job_parameters:JOB_ID_PARAMETER")
ENABLED = (
    "Where there are no jobs the answer is 404, as for a client that sees its own results alone."
)
RESULTS = f"s3://my-results/{JOB_ID}/"
JOB_EXAMPLE = {
    "input": "s3://my-texts/reviews/",
    "output": "s3://my-results/",
    "format": "csv",
    "text_column": "review",
    "id_column": "id",
}
STARTED_EXAMPLE = {
    "job_id": JOB_ID,
    "status": "running",
    "started_at": "2026-11-22T21:50:10.255Z",
    "job": JOB_EXAMPLE,
    "name": "reviews of November",
    "results": RESULTS,
    "redrives": 0,
}
RUNNING_EXAMPLE = {
    **STARTED_EXAMPLE,
    "parts": {"total": 120, "running": 10, "done": 48, "failed": 0},
}
STOPPED_EXAMPLE = {
    **STARTED_EXAMPLE,
    "status": "stopped",
    "stopped_at": "2026-11-22T21:51:40.101Z",
    "parts": {"total": 120, "running": 0, "done": 48, "failed": 72},
}

JOB_ROUTES = (
    Route(
        method="POST",
        path="/v1/jobs",
        handler=Lazy("windvane.api.jobs.job_handlers:start_job"),
        is_slow=True,
        summary="Classify files in S3: start a bulk job",
        description="The answer comes at once. The job plans first, and fails then if its input "
        f"cannot be read as it says. {ENABLED}",
        parameters=(Lazy("windvane.api.jobs.job_parameters:JOB_KEY_PARAMETER"),),
        request=Lazy("windvane.api.jobs.job_schemas:JobRequest"),
        request_example={**JOB_EXAMPLE, "name": "reviews of November"},
        response=JOB_STATE,
        response_example=STARTED_EXAMPLE,
        response_headers=("Location",),
        status=HTTPStatus.ACCEPTED,
        limit_schemas=Lazy("windvane.api.jobs.job_limits:limit_jobs"),
        links=Lazy("windvane.api.jobs.job_parameters:LINKS_TO_JOB"),
        errors=(*BODY_ERRORS, KeyReusedError, JobsNotEnabledError, JobsUnreachableError),
    ),
    Route(
        method="GET",
        path="/v1/jobs",
        handler=Lazy("windvane.api.jobs.job_handlers:list_jobs"),
        is_slow=True,
        summary="Bulk jobs, newest first, until 90 days after their end",
        description=f"A page may be short, or empty, and still have a cursor. {ENABLED}",
        parameters=Lazy("windvane.api.jobs.job_parameters:JOB_QUERY_PARAMETERS"),
        response=Lazy("windvane.jobs.job_state:JobPage"),
        response_example={
            "jobs": [{key: STARTED_EXAMPLE[key] for key in ("job_id", "status", "started_at")}],
        },
        errors=(*JOB_ERRORS, FieldRuleError),
    ),
    Route(
        method="GET",
        path=ONE_JOB,
        handler=Lazy("windvane.api.jobs.job_handlers:read_job"),
        is_slow=True,
        summary="A bulk job: progress, counts, where its results are",
        description="`parts` is there once the job is planned, `counts` once it has succeeded, "
        f"`failure` once it has failed. {ENABLED}",
        parameters=(ID_PARAMETER,),
        response=JOB_STATE,
        response_example=RUNNING_EXAMPLE,
        errors=(*JOB_ERRORS, UnknownJobError),
    ),
    Route(
        method="DELETE",
        path=ONE_JOB,
        handler=Lazy("windvane.api.jobs.job_handlers:stop_job"),
        is_slow=True,
        summary="Stop a bulk job",
        description="The results of parts that are done stay. A job that has ended stays as it is. "
        f"{ENABLED}",
        parameters=(ID_PARAMETER,),
        response=JOB_STATE,
        response_example=STOPPED_EXAMPLE,
        errors=(*JOB_ERRORS, UnknownJobError),
    ),
    Route(
        method="POST",
        path=f"{ONE_JOB}/redrive",
        handler=Lazy("windvane.api.jobs.job_handlers:redrive_job"),
        is_slow=True,
        summary="Run again what failed of a bulk job",
        description=f"Parts that are done are not run again. {ENABLED}",
        parameters=(ID_PARAMETER,),
        response=JOB_STATE,
        response_example={**RUNNING_EXAMPLE, "redrives": 1},
        status=HTTPStatus.ACCEPTED,
        errors=(*JOB_ERRORS, UnknownJobError, JobNotRedrivableError),
    ),
)
