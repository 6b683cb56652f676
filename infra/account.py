"""``python -m infra.account``: shows the AWS account before the CDK starts."""

import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError


def main() -> None:
    """Print the account, or exit with one sentence that says why it cannot be reached."""
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
