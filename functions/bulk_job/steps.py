"""The three steps of a job, as Step Functions asks for them and hears of them."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from functions.bulk_job.start_up import StartUp
from windvane.facts import JobStep
from windvane.jobs.allowed_locations import check_locations
from windvane.jobs.errors import JobFieldError
from windvane.jobs.finishing import finish_job
from windvane.jobs.job import Job
from windvane.jobs.plan import PARTS_FILE, Part
from windvane.jobs.planning import FUNCTION_LIMITS, make_plan
from windvane.jobs.summaries import MANIFEST_FILE
from windvane.jobs.working import run_part
from windvane.observability import logger

Event = Mapping[str, Any]


class UnknownStepError(Exception):
    """An event names no step of a job."""


class Steps:
    """Runs the step that an event names."""

    def __init__(self, start_up: StartUp) -> None:
        """Store what the steps need."""
        self._start_up = start_up
        self._steps: Mapping[str, Callable[[Event], dict[str, Any]]] = {
            JobStep.PLAN: self._plan,
            JobStep.WORK: self._work,
            JobStep.FINISH: self._finish,
        }

    def run(self, event: Event) -> dict[str, Any]:
        """Run a step and return its result.

        Raises:
            JobError: The step failed; Step Functions knows the error by the name of its class.
            UnknownStepError: There is no such step.
        """
        step = self._steps.get(str(event.get("step")))
        if step is None:
            raise UnknownStepError(f"step: one of {', '.join(self._steps)}")
        try:
            return step(event)
        except Exception as error:
            # The runtime's own log line about the error has no step.
            logger.error("step failed", step=event["step"], error=type(error).__name__)
            raise

    def _plan(self, event: Event) -> dict[str, Any]:
        job = read_job(event["job"])
        settings = self._start_up.settings
        check_locations(job, inputs=settings.job_inputs, outputs=settings.job_outputs)
        bundle_uri = self._start_up.find_live_bundle()
        storage = self._start_up.storage
        plan = make_plan(job, event["job_id"], storage, bundle_uri, FUNCTION_LIMITS).plan
        logger.info(
            "job planned",
            job_id=plan.job_id,
            format=plan.format,
            parts=plan.part_count,
            objects=plan.object_count,
            bytes=plan.total_bytes,
        )
        bucket, _, key = plan.folder.removeprefix("s3://").partition("/")
        return {
            "bucket": bucket,
            "parts_key": key + PARTS_FILE,
            "folder": plan.folder,
            "part_count": plan.part_count,
            "total_bytes": plan.total_bytes,
            "tolerated_failure_percentage": job.tolerated_failure_percentage,
        }

    def _work(self, event: Event) -> dict[str, Any]:
        """Work on a part; its summary is in S3, since a map of thousands keeps every result."""
        part = msgspec.convert(event["part"], Part)
        storage, open_classifier = self._start_up.storage, self._start_up.open_classifier
        summary = run_part(event["folder"], part, storage, open_classifier)
        logger.info(
            "part done",
            part=summary.number,
            rows=summary.rows,
            rejected=summary.rejected,
            seconds=round(summary.seconds, 3),
        )
        return {}

    def _finish(self, event: Event) -> dict[str, Any]:
        manifest = finish_job(event["folder"], self._start_up.storage)
        counts: dict[str, Any] = {
            "rows": manifest.rows,
            "answered": manifest.answered,
            "rejected": manifest.rejected,
            "labels": manifest.labels,
            "unlabelled": manifest.unlabelled,
            "seconds": round(manifest.seconds, 3),
        }
        logger.info("job finished", job_id=manifest.job_id, **counts)
        return {**counts, "manifest": event["folder"] + MANIFEST_FILE}


def read_job(fields: object) -> Job:
    """Read the job of an event.

    Raises:
        JobFieldError: A field is missing, unknown or breaks a rule.
    """
    try:
        return msgspec.convert(fields, Job)
    except msgspec.ValidationError as error:
        rule, _, path = str(error).partition(" - at `$.")
        raise JobFieldError(path.rstrip("`") or "job", rule[0].lower() + rule[1:]) from error
