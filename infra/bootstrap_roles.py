"""The roles that ``cdk bootstrap`` makes in an account, by name."""

from typing import Literal

BootstrapRole = Literal["deploy", "file-publishing", "lookup"]
"""Roles that the CDK's command line assumes for us; lookup is the one that only reads."""


def to_bootstrap_role_arn(
    role: BootstrapRole, *, partition: str, account: str, region: str, qualifier: str
) -> str:
    """Return the ARN of a role of the bootstrap.

    The name's form is that of the CDK's template, node_modules/aws-cdk's bootstrap-template.yaml.
    """
    name = f"cdk-{qualifier}-{role}-role-{account}-{region}"
    return f"arn:{partition}:iam::{account}:role/{name}"
