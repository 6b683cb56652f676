"""Rules of cdk-nag that a construct breaks on purpose, with the reason."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Stack, Validations, aws_s3
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: Mapping[str, str]) -> None:
    """Say why a construct, and what is below it, breaks rules.

    Args:
        construct: What breaks them.
        reasons: Reason by rule, such as ``AwsSolutions-S1``.
    """
    validations = Validations.of(construct)
    validations.acknowledge(
        *(Acknowledgment(id=rule, reason=reason) for rule, reason in reasons.items())
    )


def aws_policy(name: str) -> str:
    """Write the ARN of a policy of AWS's own as cdk-nag does."""
    return f"arn:<AWS::Partition>:iam::aws:policy/{name}"


def objects_of(bucket: aws_s3.Bucket, keys: str = "*") -> str:
    """Write the ARN of a bucket's objects as cdk-nag does."""
    logical_id, attribute = Stack.of(bucket).resolve(bucket.bucket_arn)["Fn::GetAtt"]
    return f"<{logical_id}.{attribute}>/{keys}"
