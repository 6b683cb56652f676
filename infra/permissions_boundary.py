"""The IAM policy that bounds what the roles of a stage may ever be allowed.

``python -m infra.permissions_boundary STAGE`` prints the option that passes it to the bootstrap.
"""

import sys

from aws_cdk import Stack, aws_iam

from infra.stage_files import read_stage
from infra.stages import StageError


def bound_roles(stack: Stack, boundary: str | None) -> None:
    """Give every role of a stack the boundary, those of the CDK's own functions included.

    Args:
        stack: The stack.
        boundary: ARN of a managed policy, or the name of one in the account; None for no boundary.
    """
    if boundary is None:
        return
    find = (
        aws_iam.ManagedPolicy.from_managed_policy_arn
        if boundary.startswith("arn:")
        else aws_iam.ManagedPolicy.from_managed_policy_name
    )
    aws_iam.PermissionsBoundary.of(stack).apply(find(stack, "PermissionsBoundary", boundary))


def list_bootstrap_options(boundary: str | None) -> list[str]:
    """List the options of ``cdk bootstrap``, which wants the policy's path and name."""
    if boundary is None:
        return []
    return ["--custom-permissions-boundary", boundary.partition(":policy/")[2] or boundary]


def main() -> None:
    """Print the options for the stage in the first argument."""
    try:
        stage = read_stage(sys.argv[1])
    except StageError as error:
        sys.exit(str(error))
    print(*list_bootstrap_options(stage.permissions_boundary))  # noqa: T201 - the command's output


if __name__ == "__main__":
    main()
