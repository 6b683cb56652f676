"""``python -m infra.account``: whose AWS account it is, asked before the CDK begins its work."""

import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError


def main() -> None:
    """Name the account, or say in one sentence why none can be reached."""
    try:
        account = boto3.client("sts").get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        reason = str(error).removesuffix(".")
        sys.exit(
            f"AWS cannot be asked: {reason}. Set AWS_PROFILE, or keys, and AWS_REGION in this "
            "shell; see `aws configure`."
        )
    sys.stderr.write(f"AWS account {account}\n")


if __name__ == "__main__":
    main()
