"""Bulk jobs by the API: what a caller does, and what the API does without a grant."""

from collections.abc import Callable

from tests.rehearsal.bulk_jobs import OUTPUT, BulkJobs
from tests.rehearsal.caller import Caller
from tests.rehearsal.expectations import expect_equal, expect_that
from tests.rehearsal.function_grants import (
    COLD_CONTROLS,
    NOT_ENFORCED,
    WARM_CONTROLS,
    FunctionGrants,
)
from tests.rehearsal.job_steps import ONE_OBJECT

TakeAway = Callable[[], None]
Control = Callable[[Caller, BulkJobs, TakeAway], None]
JOB = {"input": ONE_OBJECT, "output": OUTPUT, "id_column": "id"}
UNAVAILABLE = (503, "jobs-unavailable")


def call_jobs(caller: Caller, jobs: BulkJobs) -> None:
    """POST /v1/jobs: 202; it is listed, looked up with its counts, and stays when stopped.

    Raises:
        StepError: It is not so.
    """
    started = caller.send("POST", "/v1/jobs", JOB).expect(202).json
    job = f"/v1/jobs/{started['job_id']}"
    jobs.wait_until(job, lambda: caller.send("GET", job).json["status"] != "running")
    read = caller.send("GET", job).expect(200).json
    expect_equal("status", (read["status"], read.get("failure")), ("succeeded", None))
    expect_equal("answered", read["counts"]["answered"], 1)
    expect_equal("parts", read["parts"], {"total": 1, "running": 0, "done": 1, "failed": 0})
    listed = caller.send("GET", "/v1/jobs").expect(200).json["jobs"]
    ids = [each["job_id"] for each in listed]
    expect_that("/v1/jobs", started["job_id"] in ids, expected=started["job_id"], got=ids)
    elsewhere = {**JOB, "input": "s3://somebody-elses/texts.jsonl"}
    caller.send("POST", "/v1/jobs", elsewhere).expect_problem(422, "field-rule")
    caller.send("POST", f"{job}/redrive").expect_problem(409, "job-not-redrivable")


def fail_to_start(caller: Caller, _: BulkJobs, take_away: TakeAway) -> None:
    """No job can be started."""
    take_away()
    caller.send("POST", "/v1/jobs", JOB).expect_problem(*UNAVAILABLE)


def fail_to_list(caller: Caller, _: BulkJobs, take_away: TakeAway) -> None:
    """Jobs cannot be listed."""
    take_away()
    caller.send("GET", "/v1/jobs").expect_problem(*UNAVAILABLE)


def fail_to_read(caller: Caller, jobs: BulkJobs, take_away: TakeAway) -> None:
    """A job cannot be looked up."""
    job = find_job(jobs)
    take_away()
    caller.send("GET", job).expect_problem(*UNAVAILABLE)


def fail_to_stop(caller: Caller, jobs: BulkJobs, take_away: TakeAway) -> None:
    """A job cannot be stopped."""
    job = find_job(jobs)
    take_away()
    caller.send("DELETE", job).expect_problem(*UNAVAILABLE)


def fail_to_redrive(caller: Caller, jobs: BulkJobs, take_away: TakeAway) -> None:
    """A job cannot be redriven."""
    job = find_job(jobs)
    take_away()
    caller.send("POST", f"{job}/redrive").expect_problem(*UNAVAILABLE)


CONTROLS: dict[str, Control] = {
    "states:DescribeExecution": fail_to_read,
    "states:DescribeMapRun": fail_to_read,
    "states:ListExecutions": fail_to_list,
    "states:ListMapRuns": fail_to_read,
    "states:RedriveExecution": fail_to_redrive,
    "states:StartExecution": fail_to_start,
    "states:StopExecution": fail_to_stop,
}


def find_job(jobs: BulkJobs) -> str:
    """Return the path of a job that succeeded."""
    found = jobs.machines.list_executions(
        stateMachineArn=jobs.machine_arn, statusFilter="SUCCEEDED", maxResults=1
    )
    return f"/v1/jobs/{found['executions'][0]['name']}"


def open_api_grants(jobs: BulkJobs) -> FunctionGrants:
    """Open the grants of the function that serves the API, those for jobs included."""
    return FunctionGrants(
        stage=jobs.stage,
        function=jobs.stage.stack_name,
        controlled=frozenset({*COLD_CONTROLS, *WARM_CONTROLS, *CONTROLS}),
        not_enforced=NOT_ENFORCED,
    )
