import json
from collections.abc import Callable, Iterator
from contextlib import closing

import msgspec
import pytest

from tests.windvane.aws.fake_aws import FakeAws, answer_json, find_closed_port
from tests.windvane.jobs.fake_step_functions import (
    COUNTS,
    KEYS,
    MACHINE,
    FakeStepFunctions,
)
from windvane.aws.errors import AwsSetupError
from windvane.jobs.errors import (
    JobConflictError,
    JobNotFoundError,
    JobsDeniedError,
    JobsUnavailableError,
)
from windvane.jobs.executions import Executions
from windvane.jobs.job import Job
from windvane.jobs.job_state import JobCounts, JobInput, PartCounts
from windvane.jobs.step_functions import CursorError

JOB = Job(input="s3://in/texts/", output="s3://out/results/")
ONE = JobInput(job_id="one", job=JOB, name="Monday", attributes={"role": "r"})
UNKNOWN = "unknown"


@pytest.fixture
def executions(step_functions: FakeStepFunctions) -> Iterator[Executions]:
    with closing(Executions(MACHINE, step_functions.environ)) as executions:
        yield executions


def test_start_names_the_execution_by_the_job_and_gives_it_no_more_than_the_job(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    state = executions.start(ONE)

    assert (state.job_id, state.status, state.job, state.name) == ("one", "running", JOB, "Monday")
    assert state.results == "s3://out/results/one/"
    sent = json.loads(step_functions.executions["one"]["input"])
    assert sent["job_id"] == "one"
    assert msgspec.convert(sent["job"], Job) == JOB


def test_start_of_the_same_job_again_returns_it_while_it_runs_and_after(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    first = executions.start(ONE)

    assert executions.start(ONE) == first

    step_functions.end("one")
    assert executions.start(ONE).status == "succeeded"
    assert len(step_functions.executions) == 1


def test_start_of_another_job_with_the_same_id_is_refused(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    executions.start(ONE)
    other = JobInput(job_id="one", job=Job(input="s3://in/others/", output="s3://out/results/"))

    with pytest.raises(JobConflictError, match="Another job has this id"):
        executions.start(other)

    assert "others" not in step_functions.executions["one"]["input"]


def test_describe_counts_the_parts_by_at_most_three_calls(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    executions.start(ONE)
    unplanned = executions.describe("one")
    step_functions.plan("one", 10, running=2, succeeded=3, failed=1, timedOut=1, aborted=1)
    step_functions.operations.clear()

    planned = executions.describe("one")

    assert unplanned.parts is msgspec.UNSET
    assert planned.parts == PartCounts(total=10, running=2, done=3, failed=3)
    assert step_functions.operations == ["DescribeExecution", "ListMapRuns", "DescribeMapRun"]


def test_describe_has_the_counts_of_a_job_that_succeeded(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    executions.start(ONE)
    step_functions.end("one")

    state = executions.describe("one")

    assert (state.status, state.failure) == ("succeeded", msgspec.UNSET)
    assert state.counts == msgspec.convert(COUNTS, JobCounts)
    assert isinstance(state.stopped_at, str)
    assert state.stopped_at.endswith("Z")


def test_describe_briefly_takes_one_call_and_has_what_the_job_was_started_with(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    executions.start(ONE)
    step_functions.operations.clear()

    assert executions.describe_briefly("one").job_input == ONE
    assert step_functions.operations == ["DescribeExecution"]


@pytest.mark.parametrize(
    ("fields", "error", "reason"),
    [
        pytest.param(
            {
                "error": "JobInputError",
                "cause": json.dumps({"errorType": "JobInputError", "errorMessage": "It is empty."}),
            },
            "JobInputError",
            "It is empty.",
            id="a function's error",
        ),
        pytest.param(
            {"error": "JobInputError", "cause": "It is empty."},
            "JobInputError",
            "It is empty.",
            id="an error of a Fail state",
        ),
        pytest.param(
            {"error": "UnicodeDecodeError", "cause": '{"errorMessage": "SECRET"}'},
            "UnicodeDecodeError",
            "An unexpected error; the log of the job's functions says more.",
            id="an unknown error, which may quote a text",
        ),
        pytest.param(
            {"error": "States.ExceedToleratedFailureThreshold", "cause": "..."},
            "States.ExceedToleratedFailureThreshold",
            "More parts failed than the job tolerates; a redrive runs them again.",
            id="too many failed parts",
        ),
    ],
)
def test_describe_says_why_a_job_failed(
    executions: Executions,
    step_functions: FakeStepFunctions,
    fields: dict[str, str],
    error: str,
    reason: str,
) -> None:
    executions.start(ONE)
    step_functions.end("one", "FAILED", **fields)

    failure = executions.describe("one").failure

    assert failure is not msgspec.UNSET
    assert (failure.error, failure.reason) == (error, reason)


def test_a_job_that_took_too_long_has_failed(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    executions.start(ONE)
    step_functions.end("one", "TIMED_OUT")

    state = executions.describe("one")

    assert state.status == "failed"
    assert state.failure is not msgspec.UNSET
    assert state.failure.error == "States.Timeout"


@pytest.mark.parametrize("sent", ["", "[]", '{"job": {"input": "a", "output": "a/b"}}'])
def test_an_execution_of_no_job_is_described_without_one(
    executions: Executions, step_functions: FakeStepFunctions, sent: str
) -> None:
    executions.start(ONE)
    step_functions.executions["one"]["input"] = sent

    state = executions.describe("one")

    assert (state.job, state.results) == (msgspec.UNSET, msgspec.UNSET)


def test_an_execution_that_a_schedule_started_is_a_job_by_its_name(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    executions.start(ONE)
    step_functions.executions["one"]["input"] = msgspec.json.encode({"job": JOB}).decode()

    assert executions.describe("one").results == "s3://out/results/one/"


def test_list_is_paged_newest_first(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    for number in range(3):
        executions.start(JobInput(job_id=f"job-{number}", job=JOB))

    first = executions.list(limit=2)
    second = executions.list(limit=2, cursor=str(first.cursor))

    assert [job.job_id for job in first.jobs] == ["job-2", "job-1"]
    assert [job.job_id for job in second.jobs] == ["job-0"]
    assert second.cursor is msgspec.UNSET


def test_list_by_status_leaves_out_the_others(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    for status in ("RUNNING", "FAILED", "TIMED_OUT", "ABORTED", "SUCCEEDED"):
        executions.start(JobInput(job_id=status, job=JOB))
        step_functions.executions[status]["status"] = status

    assert [job.job_id for job in executions.list(status="running").jobs] == ["RUNNING"]
    assert [job.job_id for job in executions.list(status="failed").jobs] == ["TIMED_OUT", "FAILED"]


def test_list_refuses_a_cursor_that_is_none(executions: Executions) -> None:
    with pytest.raises(CursorError):
        executions.list(cursor="nonsense")


def test_a_stopped_job_can_be_run_again_and_one_that_runs_cannot(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    executions.start(ONE)

    assert executions.stop("one").status == "stopped"
    assert executions.stop("one").status == "stopped"
    again = executions.redrive("one")

    assert (again.status, again.redrives) == ("running", 1)
    with pytest.raises(JobConflictError, match="only one that failed or was stopped"):
        executions.redrive("one")


@pytest.mark.parametrize("ask", [Executions.describe, Executions.stop, Executions.redrive])
def test_an_unknown_id_is_no_job(
    executions: Executions, ask: Callable[[Executions, str], object]
) -> None:
    with pytest.raises(JobNotFoundError):
        ask(executions, UNKNOWN)


def test_a_throttled_call_is_made_again(
    executions: Executions, step_functions: FakeStepFunctions
) -> None:
    step_functions.refused = [("ThrottlingException", 400), ("InternalServerError", 500)]

    assert executions.start(ONE).status == "running"

    assert step_functions.operations == ["StartExecution"] * 3


@pytest.mark.parametrize("code", ["AccessDeniedException", "UnrecognizedClientException"])
def test_a_call_that_is_not_allowed_is_made_once(
    executions: Executions, step_functions: FakeStepFunctions, code: str
) -> None:
    step_functions.refused = [(code, 400)]

    with pytest.raises(JobsDeniedError):
        executions.start(ONE)

    assert step_functions.operations == ["StartExecution"]


def test_nobody_answering_is_said_in_time() -> None:
    environ = {**KEYS, "AWS_ENDPOINT_URL": find_closed_port()}

    with (
        closing(Executions(MACHINE, environ)) as executions,
        pytest.raises(JobsUnavailableError),
    ):
        executions.list()


def test_a_response_without_its_members_is_refused() -> None:
    with (
        FakeAws(answer_json({"executions": 3})).running() as server,
        closing(Executions(MACHINE, {**KEYS, "AWS_ENDPOINT_URL": server.url})) as executions,
        pytest.raises(JobsUnavailableError),
    ):
        executions.list()


@pytest.mark.parametrize(
    "arn", ["", "jobs", f"{MACHINE}:1", MACHINE.replace("stateMachine", "execution")]
)
def test_an_arn_of_something_else_is_refused(arn: str) -> None:
    with pytest.raises(AwsSetupError, match="WINDVANE_JOBS_ARN"):
        Executions(arn, KEYS)
