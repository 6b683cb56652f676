"""Sentiment detection jobs by boto3's own Comprehend client."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.console.gateway import run_gateway
from tests.windvane.api.compat.broken_apps import build_app
from tests.windvane.api.compat.test_comprehend import connect
from tests.windvane.api.fake_classifier import FakeClassifier
from tests.windvane.jobs.fake_step_functions import (
    MACHINE,
    FakeStepFunctions,
    serve_step_functions,
)

INPUT = {"S3Uri": "s3://texts/new/", "InputFormat": "ONE_DOC_PER_LINE"}
OUTPUT = {"S3Uri": "s3://results/all"}
ROLE = "arn:aws:iam::123456789012:role/comprehend"
JOB = {
    "InputDataConfig": INPUT,
    "OutputDataConfig": OUTPUT,
    "DataAccessRoleArn": ROLE,
    "LanguageCode": "en",
}


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[FakeStepFunctions, Any]]:
    """Step Functions, and a client in front of a function that uses it."""
    with serve_step_functions() as fake:
        locations = {
            "job_inputs": ("s3://texts/", "s3://archive/2026/"),
            "job_outputs": ("s3://results/",),
        }
        app = build_app(FakeClassifier, fake.environ, jobs_arn=MACHINE, **locations)
        with run_gateway(app) as url:
            yield fake, connect(url)


@pytest.fixture
def step_functions(server: tuple[FakeStepFunctions, Any]) -> FakeStepFunctions:
    fake, _ = server
    for kept in (fake.executions, fake.items, fake.refused, fake.operations):
        kept.clear()
    return fake


@pytest.fixture
def comprehend(server: tuple[FakeStepFunctions, Any], step_functions: FakeStepFunctions) -> Any:
    return server[1]


def describe(comprehend: Any, job_id: str) -> Any:
    answer = comprehend.describe_sentiment_detection_job(JobId=job_id)
    return answer["SentimentDetectionJobProperties"]


def list_ids(comprehend: Any, **options: Any) -> list[str]:
    answer = comprehend.list_sentiment_detection_jobs(**options)
    return [job["JobId"] for job in answer["SentimentDetectionJobPropertiesList"]]


def start(comprehend: Any, **fields: Any) -> str:
    job_id: str = comprehend.start_sentiment_detection_job(**{**JOB, **fields})["JobId"]
    return job_id


def test_a_job_runs_from_start_to_end(comprehend: Any, step_functions: FakeStepFunctions) -> None:
    started = comprehend.start_sentiment_detection_job(**JOB, JobName="Monday")
    job_id = started["JobId"]
    running = describe(comprehend, job_id)
    step_functions.end(job_id)
    ended = describe(comprehend, job_id)

    assert started["JobStatus"] == "SUBMITTED"
    assert started["JobArn"] == running["JobArn"]
    assert running["JobArn"] == (
        f"arn:aws:comprehend:eu-west-1:123456789012:sentiment-detection-job/{job_id}"
    )
    assert len(job_id) == 32
    assert (running["JobStatus"], running["JobName"]) == ("IN_PROGRESS", "Monday")
    assert (running["InputDataConfig"], running["LanguageCode"]) == (INPUT, "en")
    assert running["DataAccessRoleArn"] == ROLE
    assert abs(running["SubmitTime"] - datetime.now(UTC)) < timedelta(minutes=1)
    assert "EndTime" not in running
    assert (ended["JobStatus"], ended["EndTime"] >= ended["SubmitTime"]) == ("COMPLETED", True)
    archive = f"s3://results/all/{job_id}/output/output.tar.gz"
    assert ended["OutputDataConfig"]["S3Uri"] == archive


@pytest.mark.parametrize(
    ("data", "job_format"),
    [
        ({"S3Uri": "s3://texts/a.txt"}, "text"),
        ({"S3Uri": "s3://texts/", "InputFormat": "ONE_DOC_PER_LINE"}, "text"),
        ({"S3Uri": "s3://texts/", "InputFormat": "ONE_DOC_PER_FILE"}, "document"),
    ],
)
def test_a_job_reads_lines_or_files_and_writes_comprehends_layout(
    comprehend: Any, step_functions: FakeStepFunctions, data: dict[str, str], job_format: str
) -> None:
    job_id = start(comprehend, InputDataConfig=data)

    job = json.loads(step_functions.executions[job_id]["input"])["job"]
    assert (job["input"], job["format"]) == (data["S3Uri"], job_format)
    assert (job["layout"], job["output_format"]) == ("comprehend", "jsonl")
    shown = describe(comprehend, job_id)["InputDataConfig"]
    assert shown == {"InputFormat": "ONE_DOC_PER_LINE", **data}


@pytest.mark.parametrize(
    ("location", "read", "is_prefix"),
    [
        ("s3://texts", "s3://texts/", False),
        ("s3://archive/2026", "s3://archive/2026/", False),
        ("s3://archive/2026/", "s3://archive/2026/", False),
        ("s3://archive/2026/11", "s3://archive/2026/11", True),
        ("s3://texts/a.txt", "s3://texts/a.txt", True),
    ],
)
def test_a_prefix_needs_no_slash(
    comprehend: Any,
    step_functions: FakeStepFunctions,
    location: str,
    read: str,
    is_prefix: bool,
) -> None:
    job_id = start(comprehend, InputDataConfig={"S3Uri": location})

    job = json.loads(step_functions.executions[job_id]["input"])["job"]
    assert (job["input"], job["is_prefix"]) == (read, is_prefix)


def test_a_prefix_reads_nothing_beside_an_allowed_location(comprehend: Any) -> None:
    for location in ("s3://archive/2026-secret", "s3://archive/20", "s3://archive"):
        with pytest.raises(comprehend.exceptions.InvalidRequestException, match="is: below"):
            start(comprehend, InputDataConfig={"S3Uri": location})


def test_a_bucket_alone_is_all_that_is_in_it(
    comprehend: Any, step_functions: FakeStepFunctions
) -> None:
    job_id = start(comprehend, InputDataConfig={"S3Uri": "s3://texts"})

    assert describe(comprehend, job_id)["InputDataConfig"]["S3Uri"] == "s3://texts/"


def test_a_failed_job_has_a_message(comprehend: Any, step_functions: FakeStepFunctions) -> None:
    job_id = start(comprehend)
    step_functions.end(job_id, "FAILED", error="JobInputError", cause="The input is empty.")

    job = describe(comprehend, job_id)

    assert (job["JobStatus"], job["Message"]) == ("FAILED", "The input is empty.")


def test_a_job_is_stopped_once(comprehend: Any, step_functions: FakeStepFunctions) -> None:
    job_id = start(comprehend)

    first = comprehend.stop_sentiment_detection_job(JobId=job_id)
    second = comprehend.stop_sentiment_detection_job(JobId=job_id)

    assert (first["JobId"], first["JobStatus"]) == (job_id, "STOP_REQUESTED")
    assert second["JobStatus"] == "STOPPED"
    assert describe(comprehend, job_id)["JobStatus"] == "STOPPED"


def test_a_job_that_has_ended_is_not_stopped(
    comprehend: Any, step_functions: FakeStepFunctions
) -> None:
    job_id = start(comprehend)
    step_functions.end(job_id)

    with pytest.raises(comprehend.exceptions.InvalidRequestException, match="has not ended"):
        comprehend.stop_sentiment_detection_job(JobId=job_id)


def test_the_same_token_gives_the_same_job(
    comprehend: Any, step_functions: FakeStepFunctions
) -> None:
    first = start(comprehend, ClientRequestToken="monday")

    assert start(comprehend, ClientRequestToken="monday") == first
    assert start(comprehend) != start(comprehend)  # boto3 makes a token a call
    with pytest.raises(comprehend.exceptions.InvalidRequestException):
        start(comprehend, ClientRequestToken="monday", JobName="another")


def test_jobs_are_listed_by_pages(comprehend: Any, step_functions: FakeStepFunctions) -> None:
    ids = [start(comprehend, JobName=f"job {number}") for number in range(3)]

    first = comprehend.list_sentiment_detection_jobs(MaxResults=2)

    assert [job["JobName"] for job in first["SentimentDetectionJobPropertiesList"]] == [
        "job 2",
        "job 1",
    ]
    assert list_ids(comprehend, MaxResults=2, NextToken=first["NextToken"]) == [ids[0]]


def test_a_paginator_lists_each_job_once(
    comprehend: Any, step_functions: FakeStepFunctions
) -> None:
    ids = [start(comprehend) for _ in range(30)]

    pages = comprehend.get_paginator("list_sentiment_detection_jobs").paginate()

    listed = [job["JobId"] for page in pages for job in page["SentimentDetectionJobPropertiesList"]]
    assert listed == ids[::-1]


def test_jobs_are_listed_by_name_status_and_time(
    comprehend: Any, step_functions: FakeStepFunctions
) -> None:
    old, stopped = start(comprehend, JobName="old"), start(comprehend, JobName="stopped")
    step_functions.executions[old]["startDate"] -= 3600
    comprehend.stop_sentiment_detection_job(JobId=stopped)
    half_an_hour_ago = datetime.now(UTC) - timedelta(minutes=30)

    assert list_ids(comprehend, Filter={"JobName": "old"}) == [old]
    assert list_ids(comprehend, Filter={"JobStatus": "STOPPED"}) == [stopped]
    assert list_ids(comprehend, Filter={"JobStatus": "SUBMITTED"}) == []
    assert list_ids(comprehend, Filter={"SubmitTimeBefore": half_an_hour_ago}) == [old]
    assert list_ids(comprehend, Filter={"SubmitTimeAfter": half_an_hour_ago}) == [stopped]
    with pytest.raises(comprehend.exceptions.InvalidFilterException, match="one filter"):
        list_ids(comprehend, Filter={"JobName": "old", "JobStatus": "STOPPED"})


def test_jobs_with_another_layout_are_none_of_comprehends(
    comprehend: Any, step_functions: FakeStepFunctions
) -> None:
    job = {"input": "s3://texts/", "output": "s3://results/"}
    step_functions.start("another", json.dumps({"job": job}))

    assert list_ids(comprehend) == []
    with pytest.raises(comprehend.exceptions.JobNotFoundException):
        describe(comprehend, "another")
    with pytest.raises(comprehend.exceptions.JobNotFoundException):
        comprehend.stop_sentiment_detection_job(JobId="another")
    assert step_functions.executions["another"]["status"] == "RUNNING"


def test_an_unknown_job_is_not_found(comprehend: Any) -> None:
    with pytest.raises(comprehend.exceptions.JobNotFoundException):
        describe(comprehend, "unknown")


@pytest.mark.parametrize(
    ("fields", "code", "rule"),
    [
        ({"LanguageCode": "de"}, "InvalidRequestException", "LanguageCode is: en"),
        (
            {"InputDataConfig": {"S3Uri": "s3://others/"}},
            "InvalidRequestException",
            r"InputDataConfig\.S3Uri is: below s3://texts/",
        ),
        (
            {"OutputDataConfig": {"S3Uri": "s3://results-other/"}},
            "InvalidRequestException",
            r"OutputDataConfig\.S3Uri is: below s3://results/",
        ),
        (
            {"OutputDataConfig": {**OUTPUT, "KmsKeyId": "a-key"}},
            "KmsKeyValidationException",
            r"OutputDataConfig\.KmsKeyId",
        ),
        ({"VolumeKmsKeyId": "a-key"}, "KmsKeyValidationException", "VolumeKmsKeyId"),
        (
            {"VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}},
            "InvalidRequestException",
            "VpcConfig",
        ),
        ({"Tags": [{"Key": "team", "Value": "one"}]}, "InvalidRequestException", "Tags"),
        (
            {
                "InputDataConfig": {
                    **INPUT,
                    "DocumentReaderConfig": {"DocumentReadAction": "TEXTRACT_ANALYZE_DOCUMENT"},
                }
            },
            "InvalidRequestException",
            "DocumentReaderConfig",
        ),
        (
            {"DataAccessRoleArn": "arn:aws:iam::1:user/somebody"},
            "InvalidRequestException",
            "DataAccessRoleArn",
        ),
        ({"ClientRequestToken": "a b"}, "InvalidRequestException", "ClientRequestToken"),
    ],
)
def test_a_job_that_cannot_be_done_as_it_says_is_refused(
    comprehend: Any,
    step_functions: FakeStepFunctions,
    fields: dict[str, Any],
    code: str,
    rule: str,
) -> None:
    with pytest.raises(ClientError, match=rule) as caught:
        start(comprehend, **fields)

    assert caught.value.response["Error"]["Code"] == code
    assert step_functions.operations == []


def test_step_functions_that_refuses_is_an_internal_error(
    comprehend: Any, step_functions: FakeStepFunctions
) -> None:
    step_functions.refused = [("AccessDeniedException", 400)]

    with pytest.raises(comprehend.exceptions.InternalServerException):
        list_ids(comprehend)


def test_a_token_that_no_page_gave_is_refused(comprehend: Any) -> None:
    with pytest.raises(comprehend.exceptions.InvalidRequestException, match="NextToken"):
        list_ids(comprehend, NextToken="nonsense")


def test_jobs_are_off_unless_a_state_machine_is_named() -> None:
    with run_gateway(build_app(FakeClassifier)) as url:
        comprehend = connect(url)

        with pytest.raises(comprehend.exceptions.InvalidRequestException, match="jobs is: enabled"):
            start(comprehend)
