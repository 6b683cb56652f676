"""Comprehend's sentiment detection jobs by boto3's own client: each function is a step."""

import io
import itertools
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config

from tests.rehearsal.bulk_jobs import INPUTS, OUTPUT, BulkJobs
from tests.rehearsal.caller import Caller
from tests.rehearsal.cloud_emulator import ACCOUNT, REGION
from tests.rehearsal.expectations import expect_equal, expect_that
from tests.rehearsal.job_steps import Written
from windvane.jobs.comprehend_output import ERROR_CODE

FOLDER = f"{INPUTS}comprehend/"
LINE, FILE = "ONE_DOC_PER_LINE", "ONE_DOC_PER_FILE"
LINES, BLANK_EVERY = 100, 25
MANY_LINES = 40_000
"""More than are classified before the job is stopped."""


@dataclass(frozen=True)
class ComprehendJobs:
    """Comprehend's client in front of a stage.

    Attributes:
        caller: A caller of the stage's API.
        jobs: The stage's jobs.
        written: Labels of the texts.
    """

    caller: Caller
    jobs: BulkJobs
    written: Written

    def start(self, location: str, input_format: str, name: str) -> str:
        """Start a job and return its id."""
        started = self.client.start_sentiment_detection_job(
            InputDataConfig={"S3Uri": location, "InputFormat": input_format},
            OutputDataConfig={"S3Uri": OUTPUT},
            DataAccessRoleArn=f"arn:aws:iam::{ACCOUNT}:role/comprehend",
            JobName=name,
            LanguageCode="en",
        )
        expect_equal("JobStatus", started["JobStatus"], "SUBMITTED")
        return str(started["JobId"])

    def describe(self, job_id: str) -> Mapping[str, Any]:
        """Describe a job."""
        described: Mapping[str, Any] = self.client.describe_sentiment_detection_job(JobId=job_id)[
            "SentimentDetectionJobProperties"
        ]
        return described

    def list_statuses(self) -> dict[str, str]:
        """List the status of each job, by its id."""
        pages = self.client.get_paginator("list_sentiment_detection_jobs").paginate()
        found = (job for page in pages for job in page["SentimentDetectionJobPropertiesList"])
        return {job["JobId"]: job["JobStatus"] for job in found}

    def read_output(self, job_id: str) -> list[Any]:
        """Wait for the end of a job, and read the records of its archive.

        Raises:
            StepError: It does not complete.
        """
        self.jobs.wait_until(job_id, lambda: "EndTime" in self.describe(job_id))
        described = self.describe(job_id)
        expect_equal(f"{described}", described["JobStatus"], "COMPLETED")
        packed = self.jobs.read(described["OutputDataConfig"]["S3Uri"])
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
            expect_equal("names in the archive", archive.getnames(), ["output"])
            content = archive.extractfile("output")
            return [json.loads(line) for line in content or ()]

    @cached_property
    def client(self) -> Any:
        """boto3's client, which sends the stage's key."""
        client = boto3.client(
            "comprehend",
            endpoint_url=f"{self.caller.url}/compat/comprehend",
            region_name=REGION,
            aws_access_key_id="any",
            aws_secret_access_key="any",  # noqa: S106 - no real one
            verify=str(self.caller.certificate),
            config=Config(retries={"total_max_attempts": 1}),
        )
        client.meta.events.register(
            "before-sign.comprehend",
            lambda request, **_: request.headers.add_header("x-api-key", self.caller.key),
        )
        return client


def classify_lines(comprehend: ComprehendJobs) -> None:
    """boto3 starts a job of ONE_DOC_PER_LINE by a prefix: its archive has each line once.

    Raises:
        StepError: It is not so.
    """
    for name in ("day-1.txt", "day-2.txt"):
        content = "".join(f"{line}\n" for line in _list_lines(comprehend, LINES))
        comprehend.jobs.write(f"{FOLDER}lines/{name}", content.encode())
    comprehend.jobs.write(f"{FOLDER}lines/night-1.txt", b"not read\n")
    job_id = comprehend.start(f"{FOLDER}lines/day", LINE, "lines")
    records = comprehend.read_output(job_id)
    expected = [
        (name, number, _expect(comprehend, line))
        for name in ("day-1.txt", "day-2.txt")
        for number, line in enumerate(_list_lines(comprehend, LINES))
    ]
    got = [(each["File"], each["Line"], _read_sentiment(each)) for each in records]
    expect_equal("records", got, expected)
    expect_equal("listed", comprehend.list_statuses().get(job_id), "COMPLETED")


def classify_files(comprehend: ComprehendJobs) -> None:
    """boto3 starts a job of ONE_DOC_PER_FILE: its archive has each file once, whole.

    Raises:
        StepError: It is not so.
    """
    texts = dict(comprehend.written.labels)
    for number, text in enumerate(texts):
        comprehend.jobs.write(f"{FOLDER}files/{number:02d}.txt", text.encode())
    expected = [
        (f"{number:02d}.txt", None, label.upper()) for number, label in enumerate(texts.values())
    ]
    records = comprehend.read_output(comprehend.start(f"{FOLDER}files/", FILE, "files"))
    got = [(each["File"], each.get("Line"), _read_sentiment(each)) for each in records]
    expect_equal("records", got, expected)


def stop_comprehend(comprehend: ComprehendJobs) -> None:
    """boto3 stops a job: it is STOPPED, and the state machine's execution is.

    Raises:
        StepError: It is not so.
    """
    content = "".join(f"{line}\n" for line in _list_lines(comprehend, MANY_LINES))
    comprehend.jobs.write(f"{FOLDER}many/lines.txt", content.encode())
    job_id = comprehend.start(f"{FOLDER}many/", LINE, "many")
    expect_equal("running", comprehend.describe(job_id)["JobStatus"], "IN_PROGRESS")
    stopped = comprehend.client.stop_sentiment_detection_job(JobId=job_id)
    expect_equal("stopped", stopped["JobStatus"], "STOP_REQUESTED")
    comprehend.jobs.wait(comprehend.jobs.arn_of(job_id), "ABORTED")
    expect_equal("described", comprehend.describe(job_id)["JobStatus"], "STOPPED")
    statuses = comprehend.list_statuses()
    expect_that("listed", statuses[job_id] == "STOPPED", expected="STOPPED", got=statuses)


def _list_lines(comprehend: ComprehendJobs, count: int) -> Iterator[str]:
    """List lines that have every text of one line, and are blank now and then."""
    texts = itertools.cycle(text for text in comprehend.written.labels if "\n" not in text)
    for number, text in zip(range(count), texts, strict=False):
        yield text if number % BLANK_EVERY else ""


def _expect(comprehend: ComprehendJobs, line: str) -> str:
    return comprehend.written.labels[line].upper() if line else ERROR_CODE


def _read_sentiment(record: Mapping[str, Any]) -> str:
    return str(record.get("Sentiment") or record.get("ErrorCode"))
