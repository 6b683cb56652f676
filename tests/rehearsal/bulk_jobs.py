"""Bulk jobs of a deployed stage, started and followed through AWS's own API."""

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import StepError, expect_equal
from windvane.jobs.job import Job, job_folder
from windvane.jobs.summaries import MANIFEST_FILE

INPUTS, OUTPUT = "s3://rehearsal-texts/incoming/", "s3://rehearsal-results/jobs/"
SCHEDULED = "s3://rehearsal-scheduled/"
"""As in the stage's file."""
LOOK_SECONDS = 0.1
JOB_SECONDS = 300


@dataclass(frozen=True)
class BulkJobs:
    """Jobs of a stage.

    Attributes:
        stage: The stage.
    """

    stage: DeployedStage

    def make_buckets(self) -> None:
        """Make the buckets of the stage's file."""
        for location in (INPUTS, OUTPUT, SCHEDULED):
            bucket, _ = split(location)
            self._s3.create_bucket(Bucket=bucket)

    def write(self, location: str, content: bytes) -> None:
        """Write an object."""
        bucket, key = split(location)
        self._s3.put_object(Bucket=bucket, Key=key, Body=content)

    def read(self, location: str) -> bytes:
        """Read an object."""
        bucket, key = split(location)
        content: bytes = self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def list_written(self, location: str) -> dict[str, Any]:
        """List when the objects below a location were written, by key."""
        bucket, prefix = split(location)
        found = self._s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
        return {each["Key"]: each["LastModified"] for each in found}

    def start(self, name: str, **fields: object) -> str:
        """Start a job, as the API does, and return the ARN of its execution."""
        job_id = f"{name}-{uuid.uuid4().hex[:8]}"
        job = {"output": OUTPUT, "id_column": "id", **fields}
        started = self.machines.start_execution(
            stateMachineArn=self.machine_arn,
            name=job_id,
            input=json.dumps({"job_id": job_id, "job": job}),
        )
        return str(started["executionArn"])

    def wait(self, execution: str, status: str = "SUCCEEDED") -> Mapping[str, Any]:
        """Wait for a job's end and return its description.

        Raises:
            StepError: It ends with another status, or does not end.
        """
        self.wait_until(execution, lambda: self.describe(execution)["status"] != "RUNNING")
        described = self.describe(execution)
        if described["status"] != status:
            raise StepError("status of the job", expected=status, got=described)
        return described

    def fail(self, execution: str, error: str, *words: str) -> None:
        """Wait for a job's end, which must be this error with these words in its cause.

        Raises:
            StepError: It does not fail so.
        """
        described = self.wait(execution, "FAILED")
        expect_equal("error of the job", described["error"], error)
        for word in words:
            if word not in described["cause"]:
                raise StepError("cause", expected=word, got=described["cause"])

    def wait_until(self, execution: str, holds: Callable[[], bool]) -> None:
        """Wait for something in the life of a job.

        Raises:
            StepError: It takes too long.
        """
        until = time.monotonic() + JOB_SECONDS
        while not holds():
            if time.monotonic() > until:
                raise StepError("job", expected=f"within {JOB_SECONDS} s", got=execution)
            time.sleep(LOOK_SECONDS)

    def describe(self, execution: str) -> Mapping[str, Any]:
        """Describe the execution of a job."""
        described: Mapping[str, Any] = self.machines.describe_execution(executionArn=execution)
        return described

    def describe_map(self, execution: str) -> Mapping[str, Any]:
        """Describe the map run of a job; empty before there is one."""
        runs = self.machines.list_map_runs(executionArn=execution)["mapRuns"]
        if not runs:
            return {"itemCounts": {"total": 0, "succeeded": 0, "running": 0}}
        arn = runs[0]["mapRunArn"]
        described: Mapping[str, Any] = self.machines.describe_map_run(mapRunArn=arn)
        return described

    def list_errors(self, execution: str) -> Iterator[str]:
        """List the errors of the attempts at a job's parts."""
        run = self.describe_map(execution)["mapRunArn"]
        for child in self.machines.list_executions(mapRunArn=run)["executions"]:
            history = self.machines.get_execution_history(executionArn=child["executionArn"])
            for event in history["events"]:
                if details := event.get("taskFailedEventDetails"):
                    yield details["error"]

    def list_names(self) -> set[str]:
        """Name the executions of all jobs."""
        found = self.machines.list_executions(stateMachineArn=self.machine_arn)["executions"]
        return {each["executionArn"] for each in found}

    def read_manifest(self, execution: str) -> Any:
        """Read the manifest of a job that ended."""
        return json.loads(self.read(self.find_folder(execution) + MANIFEST_FILE))

    def find_folder(self, execution: str) -> str:
        """Return where a job writes."""
        return job_folder(Job(input=INPUTS, output=OUTPUT), execution.rpartition(":")[2])

    def arn_of(self, job_id: str) -> str:
        """Return the ARN of a job's execution."""
        return f"{self.machine_arn.replace(':stateMachine:', ':execution:')}:{job_id}"

    @cached_property
    def machine_arn(self) -> str:
        """ARN of the state machine."""
        return self.stage.find_resource("AWS::StepFunctions::StateMachine")

    @cached_property
    def machines(self) -> Any:
        """Client of Step Functions."""
        return self.stage.cloud.client("stepfunctions")

    @cached_property
    def events(self) -> Any:
        """Client of EventBridge."""
        return self.stage.cloud.client("events")

    @cached_property
    def _s3(self) -> Any:
        return self.stage.cloud.client("s3")


def split(location: str) -> tuple[str, str]:
    """Return bucket, and key or prefix."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return bucket, key
