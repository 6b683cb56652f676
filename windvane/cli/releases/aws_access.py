"""Access to AWS with the operator's credentials; errors become one sentence."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
)

from windvane.aws.credentials import Credentials
from windvane.cli.errors import CliError

AwsClient = Any
"""boto3 builds its clients at run time, so they have no types."""

CLIENT_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard"})

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

# S3 answers some calls with a status and no name.
NOT_ALLOWED = frozenset({"403", "AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
EXPIRED = frozenset(
    {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
)
UNKNOWN_KEYS = frozenset(
    {
        "AuthFailure",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


class AwsAccess:
    """Clients of the AWS services that hold a release and its API, in one region."""

    def __init__(self, session: boto3.Session) -> None:
        """Store the session; clients are built on first use."""
        self._session = session

    @property
    def region(self) -> str:
        """Name of the region."""
        return str(self._session.region_name)

    def get_credentials(self) -> Credentials:
        """Return credentials that have not expired; boto3 refreshes them."""
        credentials = self._session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        frozen = credentials.get_frozen_credentials()
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token)

    @cached_property
    def apigateway(self) -> AwsClient:
        """Client of API Gateway."""
        return self._build_client("apigateway")

    @cached_property
    def cloudformation(self) -> AwsClient:
        """Client of CloudFormation."""
        return self._build_client("cloudformation")

    @cached_property
    def codedeploy(self) -> AwsClient:
        """Client of CodeDeploy."""
        return self._build_client("codedeploy")

    @cached_property
    def functions(self) -> AwsClient:
        """Client of Lambda."""
        return self._build_client("lambda")

    @cached_property
    def s3(self) -> AwsClient:
        """Client of S3."""
        return self._build_client("s3")

    @property
    def environ(self) -> dict[str, str]:
        """Environment variables with these credentials and this region, for calls without boto3.

        Raises:
            NoCredentialsError: There are none.
        """
        credentials = self._session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        keys = credentials.get_frozen_credentials()
        return {
            **{name: value for name, value in os.environ.items() if name not in CREDENTIALS},
            "AWS_REGION": self.region,
            "AWS_ACCESS_KEY_ID": keys.access_key,
            "AWS_SECRET_ACCESS_KEY": keys.secret_key,
            **({"AWS_SESSION_TOKEN": keys.token} if keys.token else {}),
        }

    def _build_client(self, service: str) -> AwsClient:
        try:
            return self._session.client(service, config=CLIENT_CONFIG)
        except ValueError as error:
            raise CliError(
                f"AWS cannot be asked with these settings: {_on_one_line(error)}."
            ) from error


@contextmanager
def open_aws(region: str | None, profile: str | None) -> Iterator[AwsAccess]:
    """Open a session with the credentials that AWS tools use.

    Args:
        region: AWS region; None for that of the environment or the profile.
        profile: AWS profile; None for that of the environment.

    Raises:
        CliError: A call in the block failed.
    """
    # The AWS CLI and the CDK read AWS_REGION; boto3 alone reads only AWS_DEFAULT_REGION.
    region = region or os.environ.get("AWS_REGION")
    try:
        yield AwsAccess(boto3.Session(profile_name=profile, region_name=region or None))
    except ClientError as error:
        raise CliError(_explain_refusal(error)) from error
    except BotoCoreError as error:
        raise CliError(_explain_failure(error)) from error


def error_code(error: ClientError) -> str:
    """Return the error code of AWS."""
    return str(error.response["Error"].get("Code", "no code"))


def _explain_refusal(error: ClientError) -> str:
    code, operation = error_code(error), error.operation_name
    message = _on_one_line(error.response["Error"].get("Message", "")).rstrip(".")
    if code in NOT_ALLOWED:
        return f"These AWS credentials may not call {operation}: {message}."
    if code in EXPIRED:
        return "The AWS credentials have expired; sign in again, with aws sso login for a profile."
    if code in UNKNOWN_KEYS:
        return f"AWS does not know these credentials ({code}); check AWS_PROFILE or the keys."
    return f"AWS refused {operation}: {message} ({code})."


def _explain_failure(error: BotoCoreError) -> str:
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        return "There are no AWS credentials; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret."
    if isinstance(error, NoRegionError):
        return "No AWS region is named; pass --region, or set AWS_REGION."
    if isinstance(error, ProfileNotFound):
        return f"{_on_one_line(error)}; aws configure list-profiles shows those there are."
    if isinstance(error, SSOError):
        return f"The AWS profile is not signed in; run aws sso login ({_on_one_line(error)})."
    return f"AWS could not be asked: {_on_one_line(error)}."


def _on_one_line(value: object) -> str:
    return " ".join(str(value).split())
