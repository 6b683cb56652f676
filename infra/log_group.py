"""Log groups: each has a retention time, and most are deleted with the stack."""

from aws_cdk import aws_kms, aws_logs
from constructs import Construct

from infra.removal import removal_policy
from infra.stages import Stage


def build_log_group(
    scope: Construct,
    construct_id: str,
    *,
    stage: Stage,
    name: str | None = None,
    keep: bool = False,
    key: aws_kms.IKey | None = None,
) -> aws_logs.LogGroup:
    """Build a log group.

    Args:
        scope: Owner of the log group.
        construct_id: Name within it.
        stage: Its retention time.
        name: The name that a service expects; by default CloudFormation generates one.
        keep: Whether it outlives the stack.
        key: Encrypts it; None for CloudWatch's key.
    """
    return aws_logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        retention=aws_logs.RetentionDays[stage.log_retention],
        removal_policy=removal_policy(keep=keep),
        encryption_key=key,
    )
