"""Lifts the termination protection of a stack that is to be deleted."""

from botocore.exceptions import ClientError

from infra.account import AwsClient

NEVER_CAME_UP = {"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"}
"""States in which the CDK deletes a stack before it deploys it again."""


def lift_protection(cloudformation: AwsClient, stack_name: str) -> None:
    """Let a stack be deleted."""
    if _read_status(cloudformation, stack_name):
        cloudformation.update_termination_protection(
            StackName=stack_name, EnableTerminationProtection=False
        )


def lift_protection_if_failed(cloudformation: AwsClient, stack_name: str) -> bool:
    """Let a stack be deleted whose first deployment failed; return whether it was one.

    The CDK protects a stack before it creates it, so the protection would keep the stack from
    being created again.
    """
    if _read_status(cloudformation, stack_name) not in NEVER_CAME_UP:
        return False
    lift_protection(cloudformation, stack_name)
    return True


def _read_status(cloudformation: AwsClient, stack_name: str) -> str | None:
    try:
        [stack] = cloudformation.describe_stacks(StackName=stack_name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # there is none
            return None
        raise
    status: str = stack["StackStatus"]
    return status
