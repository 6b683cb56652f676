"""Whether an account can reserve the concurrency that a stage asks for."""

import sys

from botocore.exceptions import ClientError

from infra.account import AwsClient
from infra.stages import Stage, StageError

MIN_UNRESERVED = 100
"""Lambda keeps as much for functions that reserve nothing:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""

NOT_ALLOWED = {"AccessDenied", "AccessDeniedException"}


def check_concurrency(functions: AwsClient, stage: Stage) -> None:
    """Check that the account has what the stage reserves, before CloudFormation finds out.

    Raises:
        StageError: It has not.
    """
    wanted = stage.reserved_concurrency
    if wanted is None:
        return
    try:
        limit = functions.get_account_settings()["AccountLimit"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in NOT_ALLOWED:
            raise
        sys.stderr.write(
            "Whether the account can reserve the concurrency is not known: these credentials may "
            "not call lambda:GetAccountSettings.\n"
        )
        return
    free = limit["UnreservedConcurrentExecutions"] + _read_reserved(functions, stage)
    if free - wanted < MIN_UNRESERVED:
        raise StageError(
            f"stages/{stage.name}.toml, key reserved_concurrency: {wanted} cannot be reserved, "
            f"since the account has {limit['ConcurrentExecutions']} requests at once, "
            f"{free} of them not reserved by others, and {MIN_UNRESERVED} must stay so; lower it, "
            "leave it out, or ask AWS for more (Service Quotas, Lambda, Concurrent executions)."
        )


def _read_reserved(functions: AwsClient, stage: Stage) -> int:
    """Return what the stage's function has reserved already."""
    try:
        reserved = functions.get_function_concurrency(FunctionName=stage.stack_name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return 0
    return int(reserved.get("ReservedConcurrentExecutions", 0))
