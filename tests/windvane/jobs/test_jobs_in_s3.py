"""A job over objects in S3, by the real boto3 over HTTP."""

import json
from pathlib import Path

import pytest

from tests.moto_server import REGION, MotoServer
from tests.windvane.jobs.job_runs import open_tiny
from windvane.jobs.errors import InputChangedError, JobInputError
from windvane.jobs.finishing import finish_job
from windvane.jobs.job import Job
from windvane.jobs.job_files import read_manifest
from windvane.jobs.planning import PlanLimits, PlannedJob, make_plan
from windvane.jobs.s3_storage import S3Storage
from windvane.jobs.working import run_part

TEXTS = [f"row {number} is {'good' if number % 2 else 'bad'}" for number in range(200)]
LIMITS = PlanLimits(part_bytes=1000)


@pytest.fixture
def storage(moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> S3Storage:
    for name, value in {**moto_server.environ, "AWS_DEFAULT_REGION": REGION}.items():
        monkeypatch.setenv(name, value)
    return S3Storage()


@pytest.fixture
def bucket(moto_server: MotoServer) -> str:
    name = moto_server.make_bucket()
    moto_server.s3.put_object(Bucket=name, Key="in/")  # as a console makes a folder
    for part, texts in (("a", TEXTS[:150]), ("b", TEXTS[150:])):
        body = "".join(f"{text}\n" for text in texts)
        moto_server.s3.put_object(Bucket=name, Key=f"in/{part}.txt", Body=body.encode())
    return name


def plan(bucket: str, storage: S3Storage, source: str = "in/") -> PlannedJob:
    job = Job(
        input=f"s3://{bucket}/{source}",
        output=f"s3://{bucket}/out",
        join=True,
        layout="comprehend",
    )
    return make_plan(job, "job-1", storage, "bundle", LIMITS)


def test_job_in_s3_answers_each_row_once(
    storage: S3Storage, moto_server: MotoServer, bucket: str, tiny_bundle: Path
) -> None:
    planned = plan(bucket, storage)
    with open_tiny(tiny_bundle) as classifier:
        for part in reversed(planned.parts):  # as they come
            run_part(planned.plan.folder, part, storage, lambda _: classifier)

    manifest = finish_job(planned.plan.folder, storage)

    joined = moto_server.s3.get_object(Bucket=bucket, Key="out/job-1/results.jsonl")["Body"].read()
    labels = [json.loads(line)["label"] for line in joined.splitlines()]
    assert labels == ["positive" if "good" in text else "negative" for text in TEXTS]
    assert manifest.parts == len(planned.parts) > 2
    assert manifest.results[0] == f"s3://{bucket}/out/job-1/output/output.tar.gz"
    assert read_manifest(planned.plan.folder, storage) == manifest


def test_object_that_is_deleted_meanwhile_fails_its_part(
    storage: S3Storage, moto_server: MotoServer, bucket: str, tiny_bundle: Path
) -> None:
    planned = plan(bucket, storage)
    moto_server.s3.delete_object(Bucket=bucket, Key="in/a.txt")

    with (
        open_tiny(tiny_bundle) as classifier,
        pytest.raises(InputChangedError, match=f"^s3://{bucket}/in/a.txt was deleted"),
    ):
        run_part(planned.plan.folder, planned.parts[0], storage, lambda _: classifier)

    listed = moto_server.s3.list_objects_v2(Bucket=bucket, Prefix="out/job-1/")["Contents"]
    assert [found["Key"].rpartition("/")[2] for found in listed] == ["parts.json", "plan.json"]


@pytest.mark.parametrize("source", ["none/", "none.txt"])
def test_input_that_does_not_exist_is_refused(storage: S3Storage, bucket: str, source: str) -> None:
    with pytest.raises(JobInputError, match=f"s3://{bucket}/{source}"):
        plan(bucket, storage, source)
