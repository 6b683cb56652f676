"""A stage with bulk jobs: stack, function and bucket in moto, executions in a fake."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

import boto3
import msgspec

from tests.windvane.jobs.fake_step_functions import MACHINE, REGION, FakeStepFunctions
from windvane.jobs.finishing import finish_job
from windvane.jobs.job import Job
from windvane.jobs.planning import make_plan
from windvane.jobs.s3_storage import S3Storage
from windvane.jobs.working import ClassifierSource, run_part

STAGE = "dev"
STACK = f"windvane-{STAGE}"
BUCKET = "data"
INPUT = f"s3://{BUCKET}/in/reviews.csv"
OUTPUT = f"s3://{BUCKET}/out/"
CONCURRENCY = 5
ROLE = "functions"
TEMPLATE = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})


@dataclass(frozen=True)
class StageWithJobs:
    """The stage dev, with a bucket that its jobs may read and write."""

    machine: FakeStepFunctions
    s3: Any
    functions: Any

    def upload(self, key: str, content: bytes) -> None:
        """Put an object into the bucket."""
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)

    def run(self, job_id: str, classifier_source: ClassifierSource) -> None:
        """Do all that the functions do for a job that was started."""
        job = msgspec.convert(json.loads(self.machine.executions[job_id]["input"])["job"], Job)
        storage = S3Storage(self.s3)
        planned = make_plan(job, job_id, storage, "bundle")
        for part in planned.parts:
            run_part(planned.plan.folder, part, storage, classifier_source)
        manifest = finish_job(planned.plan.folder, storage)
        counts = {
            **{name: getattr(manifest, name) for name in ("rows", "answered", "rejected")},
            "labels": manifest.labels,
            "unlabelled": manifest.unlabelled,
            "seconds": 2.5,
            "manifest": f"{planned.plan.folder}manifest.json",
        }
        total = len(planned.parts)
        self.machine.plan(job_id, total, succeeded=total)
        self.machine.end(job_id, output=json.dumps(counts))


def build_stage(machine: FakeStepFunctions) -> StageWithJobs:
    """Make the stage in moto."""
    functions = build_stack({"WINDVANE_JOBS_ARN": MACHINE})
    s3 = _build_client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    work = f"{STACK}-bulk-work"
    locations = {"WINDVANE_JOB_INPUTS": f"s3://{BUCKET}/in/", "WINDVANE_JOB_OUTPUTS": OUTPUT}
    _build_function(functions, work, locations)
    functions.put_function_concurrency(FunctionName=work, ReservedConcurrentExecutions=CONCURRENCY)
    return StageWithJobs(machine, s3, functions)


def build_stack(variables: dict[str, str]) -> Any:
    """Make the stack of the stage, and its function; return a client of Lambda."""
    _build_client("cloudformation").create_stack(StackName=STACK, TemplateBody=TEMPLATE)
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    _build_client("iam").create_role(RoleName=ROLE, AssumeRolePolicyDocument=policy)
    functions = _build_client("lambda")
    _build_function(functions, STACK, variables)
    return functions


def _build_function(functions: Any, name: str, variables: dict[str, str]) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("stand_in.py", "")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="stand_in.handler",
        Role=f"arn:aws:iam::123456789012:role/{ROLE}",
        Code={"ZipFile": package.getvalue()},
        MemorySize=1769,
        Architectures=["arm64"],
        Environment={"Variables": variables},
    )


def _build_client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)
