"""The stage's own KMS key, where it has one; otherwise AWS's keys encrypt."""

from aws_cdk import aws_iam, aws_kms
from constructs import Construct

from infra.stages import Stage


def find_key(scope: Construct, stage: Stage) -> aws_kms.IKey | None:
    """Refer to the stage's key from a stack; None without one."""
    if stage.kms_key_arn is None:
        return None
    return aws_kms.Key.from_key_arn(scope, "EncryptionKey", stage.kms_key_arn)


def allow_use_of_key(role: aws_iam.Role, stage: Stage) -> None:
    """Let a role read and write what the stage's key encrypts."""
    if stage.kms_key_arn is not None:
        role.add_to_policy(
            aws_iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[stage.kms_key_arn]
            )
        )
