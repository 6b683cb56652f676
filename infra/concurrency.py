"""Whether an account can reserve the concurrency that a stage asks for."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from infra.account import AwsClient
from infra.stages import Stage, StageError
from windvane.facts import BULK_WORK_SUFFIX, SHADOW_SUFFIX

MIN_UNRESERVED = 100
"""Lambda keeps as much for functions that reserve nothing:
https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""

NOT_ALLOWED = {"AccessDenied", "AccessDeniedException"}


@dataclass(frozen=True)
class Reservation:
    """What a stage reserves for one of its functions.

    Attributes:
        key: The key of the stage's file that says so.
        function_name: The function.
        wanted: Concurrent executions.
    """

    key: str
    function_name: str
    wanted: int


def check_concurrency(functions: AwsClient, stage: Stage) -> None:
    """Check that the account has what the stage reserves, before CloudFormation finds out.

    Raises:
        StageError: It has not.
    """
    reservations = list(_list_reservations(stage))
    if not reservations:
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
    free = limit["UnreservedConcurrentExecutions"]
    free += sum(_read_reserved(functions, each.function_name) for each in reservations)
    wanted = sum(each.wanted for each in reservations)
    if free - wanted < MIN_UNRESERVED:
        raise StageError(
            f"stages/{stage.name}.toml, key {' and '.join(each.key for each in reservations)}: "
            f"{wanted} cannot be reserved, "
            f"since the account has {limit['ConcurrentExecutions']} requests at once, "
            f"{free} of them not reserved by others, and {MIN_UNRESERVED} must stay so; lower it, "
            "leave it out, or ask AWS for more (Service Quotas, Lambda, Concurrent executions)."
        )


def _list_reservations(stage: Stage) -> Iterator[Reservation]:
    if stage.reserved_concurrency:
        yield Reservation("reserved_concurrency", stage.stack_name, stage.reserved_concurrency)
    if stage.jobs:
        worker = stage.stack_name + BULK_WORK_SUFFIX
        yield Reservation("jobs.concurrency", worker, stage.jobs.concurrency)
    if stage.shadow:
        challenger = stage.stack_name + SHADOW_SUFFIX
        yield Reservation("shadow.concurrency", challenger, stage.shadow.concurrency)


def _read_reserved(functions: AwsClient, function_name: str) -> int:
    """Return what a function has reserved already; 0 where there is none yet."""
    try:
        reserved = functions.get_function_concurrency(FunctionName=function_name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return 0
    return int(reserved.get("ReservedConcurrentExecutions", 0))
