"""What `make deploy` says of buckets whose uploads start jobs."""

from typing import Any, cast

import msgspec
import pytest
from botocore.exceptions import ClientError

from infra.account import Account
from infra.stage_files import read_stage
from infra.stage_tables import Jobs
from infra.upload_events import check_upload_events

DEV = read_stage("dev")
JOBS = Jobs(
    inputs=("s3://quiet/a/", "s3://quiet/b/", "s3://missing/", "s3://telling/"),
    outputs=("s3://results/",),
    start_on_upload=True,
)


class FakeBuckets:
    """An account with two buckets; moto forgets that a bucket sends its events to EventBridge."""

    def client(self, _: str) -> Any:
        return self

    def get_bucket_notification_configuration(self, *, Bucket: str) -> Any:  # noqa: N803 - AWS's
        if Bucket == "missing":
            error = {"Error": {"Code": "NoSuchBucket"}}
            raise ClientError(error, "GetBucketNotificationConfiguration")
        return {"EventBridgeConfiguration": {}} if Bucket == "telling" else {}


def check(jobs: Jobs | None) -> None:
    check_upload_events(cast(Account, FakeBuckets()), msgspec.structs.replace(DEV, jobs=jobs))


def test_buckets_without_events_are_named_once(capsys: pytest.CaptureFixture[str]) -> None:
    check(JOBS)

    assert capsys.readouterr().err.splitlines() == [
        "Whether s3://missing sends its events to EventBridge is not known (NoSuchBucket).",
        "s3://quiet sends no events to EventBridge, so that uploads to it start no job: "
        "docs/cloud.md has the command.",
    ]


@pytest.mark.parametrize("jobs", [None, msgspec.structs.replace(JOBS, start_on_upload=False)])
def test_no_bucket_is_looked_at_where_uploads_start_nothing(
    jobs: Jobs | None, capsys: pytest.CaptureFixture[str]
) -> None:
    check(jobs)

    assert capsys.readouterr().err == ""
