"""The roles that ``cdk bootstrap`` makes in an account."""

import json
from pathlib import Path
from typing import Any, Literal

import boto3
from botocore.exceptions import ClientError

BootstrapRole = Literal["deploy", "file-publishing", "image-publishing", "lookup"]
"""Roles that the CDK's command line assumes for us; lookup is the one that only reads."""

DEFAULT_QUALIFIER = "hnb659fds"
QUALIFIER_KEY = "@aws-cdk/core:bootstrapQualifier"
CDK_JSON = Path(__file__).parents[1] / "cdk.json"

SESSION_NAME = "windvane"

StsClient = Any
"""boto3 builds its clients at run time, so they have no types."""


def to_bootstrap_role_arn(
    role: BootstrapRole, *, partition: str, account: str, region: str, qualifier: str
) -> str:
    """Return the ARN of a role of the bootstrap.

    The name's form is that of the CDK's template, node_modules/aws-cdk's bootstrap-template.yaml.
    """
    name = f"cdk-{qualifier}-{role}-role-{account}-{region}"
    return f"arn:{partition}:iam::{account}:role/{name}"


def read_qualifier(cdk_json: Path = CDK_JSON) -> str:
    """Return the qualifier of the account's bootstrap, as ``cdk.json`` names it."""
    context = json.loads(cdk_json.read_text(encoding="utf-8"))["context"]
    return str(context.get(QUALIFIER_KEY, DEFAULT_QUALIFIER))


def open_session(role_arn: str, *, region: str, sts: StsClient = None) -> boto3.Session:
    """Open a session of a role, or of the shell's credentials if they may not assume it.

    The CDK's command line does the same, so that credentials that may only assume the bootstrap's
    roles, such as those of a workflow, are enough.

    Args:
        role_arn: ARN of the role.
        region: Region of the session.
        sts: Client to ask with; by default that of the shell's credentials.

    Raises:
        ClientError: STS answered with another error than that the role may not be assumed.
    """
    sts = sts or boto3.client("sts", region_name=region)
    try:
        assumed = sts.assume_role(RoleArn=role_arn, RoleSessionName=SESSION_NAME)["Credentials"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        return boto3.Session(region_name=region)
    return boto3.Session(
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
        region_name=region,
    )
