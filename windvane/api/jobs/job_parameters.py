"""Parameters of the routes of jobs, and links to these routes, as OpenAPI writes them."""

from typing import Any

from windvane.api.classify.idempotency import KEY_PARAMETER
from windvane.api.examples import JOB_ID
from windvane.jobs.executions import DEFAULT_LISTED_JOBS, MAX_LISTED_JOBS
from windvane.jobs.job import JOB_ID as ID
from windvane.jobs.job_state import JOB_STATUSES

JOB_ID_PARAMETER = {
    "name": "job_id",
    "in": "path",
    "required": True,
    "description": "As answered when the job was started.",
    "schema": {"type": "string", "pattern": f"^{ID}$"},
    "example": JOB_ID,
}
JOB_KEY_PARAMETER = {
    **KEY_PARAMETER,
    "description": "Of the caller's own making, one a job. Sent again with the same API key within "
    "90 days of the job's end, the same request gets the job that it started.",
}
JOB_QUERY_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "status",
        "in": "query",
        "description": "Only jobs that have it.",
        "schema": {"type": "string", "enum": list(JOB_STATUSES)},
        "example": "running",
    },
    {
        "name": "limit",
        "in": "query",
        "description": "Most jobs of the page.",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LISTED_JOBS,
            "default": DEFAULT_LISTED_JOBS,
        },
        "example": DEFAULT_LISTED_JOBS,
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "As answered with the page before, within a day.",
        "schema": {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 1024},
        "example": "AAAAKgAAAAIAAAAAAAAAAZ",
    },
]
LINKS_TO_JOB: dict[str, dict[str, Any]] = {
    name: {"operationId": operation, "parameters": {"job_id": "$response.body#/job_id"}}
    for name, operation in {
        "LookUpJob": "get_v1_jobs_job_id",
        "StopJob": "delete_v1_jobs_job_id",
        "RedriveJob": "post_v1_jobs_job_id_redrive",
    }.items()
}
"""Link objects from a response with a job id to the routes of that job."""
