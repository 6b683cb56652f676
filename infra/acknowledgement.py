"""Suppressions of cdk-nag rules, with their reasons."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Stack, Validations, aws_s3
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


def objects_of(bucket: aws_s3.Bucket, keys: str = "*") -> str:
    """Return the ARN of a bucket's objects in cdk-nag's notation."""
    logical_id, attribute = Stack.of(bucket).resolve(bucket.bucket_arn)["Fn::GetAtt"]
    return f"<{logical_id}.{attribute}>/{keys}"
