"""Suppressions of cdk-nag rules, with their reasons."""

import json
from collections.abc import Mapping

from aws_cdk import Acknowledgment, Stack, Validations, aws_lambda, aws_s3
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Suppress rules for a construct and its children.

    Args:
        construct: The construct that breaks the rules.
        reasons: Reason by rule, such as ``AwsSolutions-S1``.
    """
    validations = Validations.of(construct)
    validations.acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )


def aws_policy(name: str) -> str:
    """Return the ARN of an AWS managed policy in cdk-nag's notation."""
    return f"arn:<AWS::Partition>:iam::aws:policy/{name}"


def objects_of(bucket: aws_s3.IBucket, keys: str = "*") -> str:
    """Return the ARN of an imported bucket's objects in cdk-nag's notation."""
    name = json.dumps(Stack.of(bucket).resolve(bucket.bucket_name), separators=(",", ":"))
    return f"arn:<AWS::Partition>:s3:::{name}/{keys}"


def versions_of(function: aws_lambda.Function) -> str:
    """Return the ARN of a function's versions in cdk-nag's notation."""
    logical_id, attribute = Stack.of(function).resolve(function.function_arn)["Fn::GetAtt"]
    return f"<{logical_id}.{attribute}>:*"
