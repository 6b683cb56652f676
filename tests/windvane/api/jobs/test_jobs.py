"""``/v1/jobs`` before a Step Functions that does as it is told."""

import json
from typing import Any

import httpx
import pytest

from tests.windvane.api.clients import JSON_TYPE, Answer, Client, LambdaClient, post_json
from tests.windvane.api.jobs.conftest import JOB_SETTINGS, build_client
from tests.windvane.api.serve_process import run_serve
from tests.windvane.jobs.fake_step_functions import COUNTS, MACHINE, FakeStepFunctions
from windvane.api.caller import Caller, set_caller

JOB = {"input": "s3://texts/new/", "output": "s3://results/all/", "text_column": "review"}
KEY = {**JSON_TYPE, "Idempotency-Key": "monday"}
NO_JOB = "/v1/jobs/no-such-job"


def start(client: Client, **fields: Any) -> Answer:
    return post_json(client, "/v1/jobs", JOB | fields)


def start_with_key(client: Client, **fields: Any) -> Answer:
    return client.send("POST", "/v1/jobs", json.dumps(JOB | fields).encode(), KEY)


def refusal(answer: Answer) -> tuple[int, str, str]:
    """Return status, kind and the first field of a problem."""
    problem = answer.json
    return answer.status, problem["type"].rpartition(":")[2], problem["errors"][0]["field"]


def test_a_job_is_started_and_looked_up_where_the_answer_says(
    job_client: LambdaClient, step_functions: FakeStepFunctions
) -> None:
    answer = start(job_client, name="Monday's reviews")

    job_id = answer.json["job_id"]
    assert answer.status == 202
    assert answer.headers["location"] == f"jobs/{job_id}"
    assert answer.json["status"] == "running"
    assert answer.json["results"] == f"s3://results/all/{job_id}/"
    assert answer.json["job"].items() >= JOB.items()
    looked_up = job_client.send("GET", f"/v1/jobs/{job_id}")
    assert (looked_up.status, looked_up.json) == (200, answer.json)
    assert list(step_functions.executions) == [job_id]


def test_a_whole_number_may_be_written_with_a_fraction(job_client: LambdaClient) -> None:
    job = start(job_client, tolerated_failure_percentage=5.0).json["job"]

    assert job["tolerated_failure_percentage"] == 5


def test_a_job_shows_its_progress_and_then_its_counts(
    job_client: LambdaClient, step_functions: FakeStepFunctions
) -> None:
    job_id = start(job_client).json["job_id"]
    step_functions.plan(job_id, 12, running=3, succeeded=5)

    running = job_client.send("GET", f"/v1/jobs/{job_id}").json
    step_functions.plan(job_id, 12, succeeded=12)
    step_functions.end(job_id)
    ended = job_client.send("GET", f"/v1/jobs/{job_id}").json

    assert running["parts"] == {"total": 12, "running": 3, "done": 5, "failed": 0}
    assert "counts" not in running
    assert (ended["status"], ended["counts"]) == ("succeeded", COUNTS)
    assert ended["stopped_at"] >= ended["started_at"]


def test_the_same_key_gives_the_same_job(
    job_client: LambdaClient, step_functions: FakeStepFunctions
) -> None:
    first, second = start_with_key(job_client), start_with_key(job_client)
    step_functions.end(first.json["job_id"])
    third = start_with_key(job_client)

    assert first.json == second.json
    assert (third.status, third.json["job_id"]) == (202, first.json["job_id"])
    assert third.json["status"] == "succeeded"
    assert len(step_functions.executions) == 1


def test_the_same_key_with_another_job_is_refused(job_client: LambdaClient) -> None:
    start_with_key(job_client)

    answer = start_with_key(job_client, text_column="title")

    assert refusal(answer) == (422, "key-reused", "idempotency-key")


def test_the_same_key_of_another_caller_gives_another_job(
    job_client: LambdaClient, step_functions: FakeStepFunctions
) -> None:
    for key_id in ("one", "two"):
        set_caller(Caller(key_id))
        assert start_with_key(job_client).status == 202
    set_caller(Caller())

    assert len(step_functions.executions) == 2


def test_jobs_are_listed_by_pages_and_by_status(
    job_client: LambdaClient, step_functions: FakeStepFunctions
) -> None:
    ids = [start(job_client).json["job_id"] for _ in range(3)]
    job_client.send("DELETE", f"/v1/jobs/{ids[1]}")

    first = job_client.send("GET", "/v1/jobs?limit=2").json
    second = job_client.send("GET", f"/v1/jobs?limit=2&cursor={first['cursor']}").json
    stopped = job_client.send("GET", "/v1/jobs?status=stopped").json

    assert [job["job_id"] for job in first["jobs"]] == [ids[2], ids[1]]
    assert [job["job_id"] for job in second["jobs"]] == [ids[0]]
    assert "cursor" not in second
    assert [job["job_id"] for job in stopped["jobs"]] == [ids[1]]


def test_a_job_is_stopped_and_run_again(
    job_client: LambdaClient, step_functions: FakeStepFunctions
) -> None:
    job_id = start(job_client).json["job_id"]

    stopped = job_client.send("DELETE", f"/v1/jobs/{job_id}")
    again = job_client.send("POST", f"/v1/jobs/{job_id}/redrive")
    twice = job_client.send("POST", f"/v1/jobs/{job_id}/redrive")

    assert (stopped.status, stopped.json["status"]) == (200, "stopped")
    assert (again.status, again.json["status"], again.json["redrives"]) == (202, "running", 1)
    assert refusal(twice) == (409, "job-not-redrivable", "job")


def test_a_failed_job_says_why(job_client: LambdaClient, step_functions: FakeStepFunctions) -> None:
    job_id = start(job_client).json["job_id"]
    cause = json.dumps({"errorType": "JobInputError", "errorMessage": "The input is empty."})
    step_functions.end(job_id, "FAILED", error="JobInputError", cause=cause)

    state = job_client.send("GET", f"/v1/jobs/{job_id}").json

    assert state["failure"] == {"error": "JobInputError", "reason": "The input is empty."}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"input": "s3://others/new/"}, "input"),
        ({"input": "s3://texts-other/"}, "input"),
        ({"input": "s3://texts/new/../../secret/"}, "input"),
        ({"input": "/etc/passwd"}, "input"),
        ({"input": ""}, "input"),
        ({"input": None}, "input"),
        ({"output": "s3://results/"}, "output"),
        ({"output": "s3://results/all/../"}, "output"),
        ({"output": "s3://texts/new/results"}, "output"),
        ({"format": "docx"}, "format"),
        ({"output_format": "csv", "layout": "comprehend"}, "output_format"),
        ({"tolerated_failure_percentage": 101}, "tolerated_failure_percentage"),
        ({"tolerated_failure_percentage": 5.5}, "tolerated_failure_percentage"),
        ({"tolerated_failure_percentage": "5"}, "tolerated_failure_percentage"),
        ({"min_score": 1.5}, "min_score"),
        ({"min_score": "0.5"}, "min_score"),
        ({"min_score": 0.5, "layout": "comprehend"}, "min_score"),
        ({"name": "x" * 257}, "name"),
        ({"text_column": ""}, "text_column"),
        ({"stage": "prod"}, "body"),
    ],
    ids=str,
)
def test_a_job_that_breaks_a_rule_is_not_started(
    job_client: LambdaClient,
    step_functions: FakeStepFunctions,
    fields: dict[str, Any],
    field: str,
) -> None:
    answer = start(job_client, **fields)

    assert refusal(answer) == (422, "field-rule", field)
    assert "secret" not in answer.body
    assert step_functions.operations == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("status=queued", "status"),
        ("status=running&status=failed", "status"),
        ("cursor=", "cursor"),
        (f"cursor={'x' * 1025}", "cursor"),
        ("cursor=nonsense", "cursor"),
        ("label=positive", "query"),
    ],
)
def test_a_listing_that_breaks_a_rule_is_refused(
    job_client: LambdaClient, query: str, field: str
) -> None:
    assert refusal(job_client.send("GET", f"/v1/jobs?{query}")) == (422, "field-rule", field)


@pytest.mark.parametrize("key", ["", "x" * 256, "a b"])
def test_a_key_that_breaks_its_rule_is_refused(
    job_client: LambdaClient, step_functions: FakeStepFunctions, key: str
) -> None:
    headers = {**JSON_TYPE, "Idempotency-Key": key}

    answer = job_client.send("POST", "/v1/jobs", json.dumps(JOB).encode(), headers)

    assert refusal(answer) == (422, "field-rule", "idempotency-key")
    assert step_functions.operations == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", NO_JOB),
        ("DELETE", NO_JOB),
        ("POST", f"{NO_JOB}/redrive"),
        ("GET", "/v1/jobs/a:b"),
        ("GET", f"/v1/jobs/{'x' * 81}"),
    ],
)
def test_an_unknown_job_is_not_found(job_client: LambdaClient, method: str, path: str) -> None:
    assert refusal(job_client.send(method, path)) == (404, "job-not-found", "job_id")


ROUTES = [
    ("POST", "/v1/jobs"),
    ("GET", "/v1/jobs"),
    ("GET", NO_JOB),
    ("DELETE", NO_JOB),
    ("POST", f"{NO_JOB}/redrive"),
]


def send(client: Client, method: str, path: str) -> Answer:
    return start(client) if (method, path) == ROUTES[0] else client.send(method, path)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_jobs_are_off_unless_a_state_machine_is_named(
    lambda_client: LambdaClient, method: str, path: str
) -> None:
    assert refusal(send(lambda_client, method, path)) == (404, "jobs-not-enabled", "jobs")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_client_that_sees_its_own_results_alone_has_no_jobs(
    job_client: LambdaClient, step_functions: FakeStepFunctions, method: str, path: str
) -> None:
    set_caller(Caller("key", "shop", limited_to="shop"))

    answer = send(job_client, method, path)

    set_caller(Caller())
    assert refusal(answer) == (404, "jobs-not-enabled", "jobs")
    assert step_functions.operations == []


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_step_functions_that_refuses_is_told_as_a_problem(
    job_client: LambdaClient, step_functions: FakeStepFunctions, method: str, path: str
) -> None:
    step_functions.refused = [("AccessDeniedException", 400)]

    answer = send(job_client, method, path)

    assert refusal(answer) == (503, "jobs-unavailable", "jobs")
    assert answer.headers["retry-after"] == "1"


def test_the_local_server_has_the_same_routes(
    environ: dict[str, str], step_functions: FakeStepFunctions
) -> None:
    settings = {
        "WINDVANE_JOBS_ARN": MACHINE,
        "WINDVANE_JOB_INPUTS": "s3://texts/",
        "WINDVANE_JOB_OUTPUTS": "s3://results/all/",
    }
    with (
        run_serve(environ={**environ, **settings, **step_functions.environ}) as server,
        httpx.Client(base_url=server.url, timeout=30) as client,
    ):
        job_id = client.post("/v1/jobs", json=JOB).json()["job_id"]
        stopped = client.delete(f"/v1/jobs/{job_id}").json()
        listed = client.get("/v1/jobs").json()

    assert stopped["status"] == "stopped"
    assert [job["job_id"] for job in listed["jobs"]] == [job_id]


def test_the_location_is_right_behind_a_trailing_slash(step_functions: FakeStepFunctions) -> None:
    client = build_client(JOB_SETTINGS, step_functions.environ)

    answer = post_json(client, "/v1/jobs/", JOB)

    assert answer.headers["location"] == answer.json["job_id"]
