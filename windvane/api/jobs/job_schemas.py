"""The requests of ``/v1/jobs``, field by field; the responses are those of `windvane.jobs`."""

from windvane.jobs.job import Job
from windvane.jobs.job_state import JobName


class JobRequest(Job, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A job to start, and a name that people know it by."""

    name: JobName = ""


def to_job(request: JobRequest) -> Job:
    """Return the job without its name."""
    return Job(**{field: getattr(request, field) for field in Job.__struct_fields__})
