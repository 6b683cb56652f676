"""What becomes of data when its stack is deleted."""

from aws_cdk import RemovalPolicy


def removal_policy(*, keep: bool) -> RemovalPolicy:
    """Return the policy of a resource with data.

    Args:
        keep: Whether the resource outlives its stack. What a first deployment made that is rolled
            back goes in any case: it is empty.
    """
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if keep else RemovalPolicy.DESTROY
