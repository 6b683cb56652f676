"""The AWS account that a deployment goes to: ``python -m infra.account`` shows it.

Errors::

    AccountError
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.bootstrap_roles import open_session, read_qualifier, to_bootstrap_role_arn

_ANY_REGION = "us-east-1"

AwsClient = Any
"""boto3 builds its clients at run time, so they have no types."""


class AccountError(Exception):
    """The account cannot be asked; the message is one sentence."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account that has answered.

    Attributes:
        number: Number of the account.
        region: Region of the deployment.
        partition: ``aws``, or that of China or GovCloud.
    """

    number: str
    region: str
    partition: str = "aws"

    def client(self, service: str) -> AwsClient:
        """Build the client of a service, with a role of the CDK's bootstrap if possible.

        The deploy role reads stacks and lifts their protection; the lookup role reads the rest.
        """
        role_arn = to_bootstrap_role_arn(
            "deploy" if service == "cloudformation" else "lookup",
            partition=self.partition,
            account=self.number,
            region=self.region,
            qualifier=read_qualifier(),
        )
        return open_session(role_arn, region=self.region).client(service)

    def own_client(self, service: str) -> AwsClient:
        """Build the client of a service with the shell's own credentials."""
        return boto3.client(service, region_name=self.region)


@contextmanager
def explain_errors() -> Iterator[None]:
    """Turn errors of AWS into one sentence.

    Raises:
        AccountError: A call in the block failed.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        reason = " ".join(str(error).split()).removesuffix(".")
        raise AccountError(
            f"AWS cannot be asked: {reason}. Set AWS_PROFILE, or keys, and AWS_REGION in this "
            "shell; see `aws configure`."
        ) from error


def find_account() -> Account:
    """Ask AWS whose credentials these are.

    Raises:
        AccountError: There is no region, or AWS does not answer.
    """
    region = _find_region()
    if not region:
        raise AccountError(
            "No AWS region is set: set AWS_REGION in this shell, such as AWS_REGION=eu-central-1, "
            "or a region in the AWS profile."
        )
    with explain_errors():
        identity = boto3.client("sts", region_name=region).get_caller_identity()
    partition = identity["Arn"].split(":")[1]
    return Account(number=identity["Account"], region=region, partition=partition)


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


def main() -> None:
    """Print the account, or exit with one sentence that says why it cannot be reached."""
    try:
        account = find_account()
    except AccountError as error:
        sys.exit(str(error))
    sys.stderr.write(f"AWS account {account.number}\n")


if __name__ == "__main__":
    main()
