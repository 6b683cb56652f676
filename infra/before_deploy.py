"""``python -m infra.before_deploy STAGE [--yes]``: asks whether a stage can be deployed."""

import os
import shutil
import sys

from infra.account import Account, explain_errors, find_account
from infra.concurrency import check_concurrency
from infra.confirmation import NotConfirmedError
from infra.stack_protection import lift_protection_if_failed
from infra.stage_files import check_region
from infra.stage_step import run_step
from infra.stages import Stage, StageError


def prepare(stage: Stage, account: Account) -> None:
    """Prepare the account for a deployment.

    Raises:
        AccountError: AWS cannot be asked.
        StageError: The account cannot have what the stage asks for.
    """
    check_region(stage, account.region)
    check_docker(stage)
    with explain_errors():
        check_concurrency(account.client("lambda"), stage)
        cloudformation = account.client("cloudformation")
        for name in (stage.data_stack_name, stage.stack_name):
            if lift_protection_if_failed(cloudformation, name):
                sys.stderr.write(f"{name} never came up: it is made anew.\n")


def check_docker(stage: Stage) -> None:
    """Check that what builds the stage's container image, if it has one, is on this machine.

    Raises:
        StageError: It is not.
    """
    program = os.environ.get("CDK_DOCKER", "docker")
    if stage.package == "image" and shutil.which(program) is None:
        raise StageError(
            f"The stage {stage.name} builds a container image, and there is no {program} here: "
            "install Docker, name a program like it in CDK_DOCKER, or leave package out."
        )


def _check_answerable(*, yes: bool) -> None:
    """Check that somebody or something will answer the CDK's question.

    Raises:
        NotConfirmedError: There is nobody.
    """
    if yes or sys.stdin.isatty() or os.environ.get("CDK_REQUIRE_APPROVAL") == "never":
        return
    raise NotConfirmedError(
        "The CDK asks before it changes permissions, and there is no terminal to answer on: "
        "YES=1 says yes."
    )


def _run(stage: Stage, yes: bool) -> None:
    _check_answerable(yes=yes)
    account = find_account()
    sys.stderr.write(f"AWS account {account.number}, {account.region}\n")
    prepare(stage, account)


if __name__ == "__main__":
    run_step(_run)
