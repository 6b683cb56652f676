"""The handlers of ``/v1/jobs``."""

import re
from http import HTTPStatus

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.classify.classify_handlers import IDEMPOTENCY_HEADER
from windvane.api.classify.idempotency import KEY, KEY_RULE
from windvane.api.jobs.job_query import to_job_query
from windvane.api.jobs.job_schemas import JobRequest, to_job
from windvane.api.jobs.open_jobs import check_job, new_job_id, open_jobs
from windvane.api.problems import (
    FieldRuleError,
    JobNotRedrivableError,
    KeyReusedError,
    UnknownJobError,
)
from windvane.api.request_body import read_json
from windvane.api.request_rules import to_request
from windvane.api.route import Dependencies
from windvane.api.routing import to_json_response
from windvane.jobs.errors import JobConflictError
from windvane.jobs.job import JOB_ID
from windvane.jobs.job_state import JobInput
from windvane.observability import logger


def start_job(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Start a job; with an ``Idempotency-Key`` that came before, answer with that job."""
    with open_jobs(dependencies) as jobs:
        request = to_request(_to_whole(read_json(event)), JobRequest)
        job = check_job(to_job(request), dependencies.settings)
        job_id = new_job_id(_read_key(event))
        try:
            state = jobs.start(JobInput(job_id=job_id, job=job, name=request.name))
        except JobConflictError as error:
            raise KeyReusedError from error
    logger.info("job started", job_id=job_id)
    response = to_json_response(state, HTTPStatus.ACCEPTED)
    response.headers["Location"] = f"{'' if event.path.endswith('/') else 'jobs/'}{job_id}"
    return response


def list_jobs(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """List a page of jobs, newest first."""
    with open_jobs(dependencies) as jobs:
        query = to_job_query(event.multi_value_query_string_parameters)
        page = jobs.list(**msgspec.structs.asdict(query))
    return to_json_response(page)


def read_job(_: BaseProxyEvent, dependencies: Dependencies, job_id: str) -> Response[str]:
    """Look up one job."""
    with open_jobs(dependencies) as jobs:
        return to_json_response(jobs.describe(_check_id(job_id)))


def stop_job(_: BaseProxyEvent, dependencies: Dependencies, job_id: str) -> Response[str]:
    """Stop a job, and say what became of it."""
    with open_jobs(dependencies) as jobs:
        state = jobs.stop(_check_id(job_id))
    logger.info("job stopped", job_id=job_id)
    return to_json_response(state)


def redrive_job(_: BaseProxyEvent, dependencies: Dependencies, job_id: str) -> Response[str]:
    """Run again what failed of a job."""
    with open_jobs(dependencies) as jobs:
        try:
            state = jobs.redrive(_check_id(job_id))
        except JobConflictError as error:
            raise JobNotRedrivableError from error
    logger.info("job redriven", job_id=job_id)
    return to_json_response(state, HTTPStatus.ACCEPTED)


def _to_whole(body: object) -> object:
    """Write whole numbers without a fraction: for JSON Schema, 5.0 is an integer."""
    if not isinstance(body, dict):
        return body
    is_whole = {key for key, value in body.items() if isinstance(value, float) and not value % 1}
    return {key: int(value) if key in is_whole else value for key, value in body.items()}


def _read_key(event: BaseProxyEvent) -> str | None:
    key = event.headers.get(IDEMPOTENCY_HEADER)
    if key is not None and not KEY.fullmatch(key):
        raise FieldRuleError("idempotency-key", KEY_RULE)
    return key


def _check_id(job_id: str) -> str:
    """Return an id that names one execution and nothing else.

    Raises:
        UnknownJobError: No job has such an id.
    """
    if not re.fullmatch(JOB_ID, job_id):
        raise UnknownJobError
    return job_id
