"""``python -m infra.account``: shows the AWS account before the CDK starts."""

import os
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

_ANY_REGION = "us-east-1"


def main() -> None:
    """Print the account, or exit with one sentence that says why it cannot be reached."""
    region = _find_region()
    if not region:
        sys.exit(
            "No AWS region is set: set AWS_REGION in this shell, such as AWS_REGION=eu-central-1, "
            "or a region in the AWS profile."
        )
    try:
        account = boto3.client("sts", region_name=region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        reason = str(error).removesuffix(".")
        sys.exit(
            f"AWS cannot be asked: {reason}. Set AWS_PROFILE, or keys, and AWS_REGION in this "
            "shell; see `aws configure`."
        )
    sys.stderr.write(f"AWS account {account}\n")


def _find_region() -> str | None:
    """Return the shell's region, or else the profile's."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if region := os.environ.get(name):
            return region
        os.environ.pop(name, None)  # an empty one would hide the profile's
    try:
        profile_region: str | None = boto3.Session().region_name
    except BotoCoreError:  # the profile is unknown, which the client says
        return _ANY_REGION
    return profile_region


if __name__ == "__main__":
    main()
