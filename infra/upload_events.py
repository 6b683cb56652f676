"""Whether the buckets whose uploads start jobs tell EventBridge of them; the stage owns none."""

import sys

from botocore.exceptions import ClientError

from infra.account import Account, AwsClient, explain_errors
from infra.stages import Stage


def check_upload_events(account: Account, stage: Stage) -> None:
    """Say which buckets send no events, if uploads start jobs of the stage.

    Raises:
        AccountError: AWS cannot be reached.
    """
    jobs = stage.jobs
    if jobs is None or not jobs.start_on_upload:
        return
    buckets = {location.removeprefix("s3://").partition("/")[0] for location in jobs.inputs}
    client = account.client("s3")
    with explain_errors():
        for bucket in sorted(buckets):
            if fault := _find_fault(client, bucket):
                sys.stderr.write(f"{fault}\n")


def _find_fault(client: AwsClient, bucket: str) -> str | None:
    try:
        found = client.get_bucket_notification_configuration(Bucket=bucket)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return f"Whether s3://{bucket} sends its events to EventBridge is not known ({code})."
    if "EventBridgeConfiguration" in found:
        return None
    return (
        f"s3://{bucket} sends no events to EventBridge, so that uploads to it start no job: "
        "docs/cloud.md has the command."
    )
