"""``python -m infra.after_deploy STAGE [--yes]``: what was deployed is live, and answers.

After a rollback, CloudFormation believes that ``live`` is where its last deployment left it, and
finds no changes in what the stack already has.
"""

import subprocess
import sys
from pathlib import Path

from infra.account import Account, explain_errors, find_account
from infra.confirmation import NotConfirmedError, confirm
from infra.first_version import check_first_version
from infra.stage_step import run_step
from infra.stages import Stage
from infra.upload_events import check_upload_events
from windvane.facts import LIVE_ALIAS

WINDVANE = Path(sys.executable).with_name("windvane")


def find_deployed_version(account: Account, stage: Stage) -> str | None:
    """Return the number of the function's version that the stack made last; None without one."""
    cloudformation = account.client("cloudformation")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(
        StackName=stage.stack_name
    )
    versions = [
        resource["PhysicalResourceId"].rpartition(":")[2]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Lambda::Version"
        and resource["ResourceStatus"] != "DELETE_COMPLETE"
    ]
    return next(iter(versions), None)


def find_live_version(account: Account, stage: Stage) -> str:
    """Return the number of the version that answers."""
    alias = account.client("lambda").get_alias(FunctionName=stage.stack_name, Name=LIVE_ALIAS)
    return str(alias["FunctionVersion"])


def make_live(account: Account, stage: Stage, *, yes: bool) -> None:
    """Offer to move the alias to the stack's version, if it is elsewhere.

    Raises:
        AccountError: AWS cannot be asked.
        NotConfirmedError: Nobody said yes.
    """
    with explain_errors():
        deployed = find_deployed_version(account, stage)
        live = find_live_version(account, stage)
    if deployed in {None, live}:
        return
    sys.stderr.write(
        f"{LIVE_ALIAS} is version {live}, as a rollback left it, and this deployment's is "
        f"version {deployed}, which answers nobody.\n"
    )
    confirm(f"Move {LIVE_ALIAS} to version {deployed}?", yes=yes)
    # It checks that the version's bundle is still there.
    options = ["--stage", stage.name, "--to", str(deployed), "--region", account.region, "--yes"]
    moved = subprocess.run(  # noqa: S603 - our own command
        [str(WINDVANE), "releases", "rollback", *options], check=False
    )
    if moved.returncode:
        raise NotConfirmedError(f"{LIVE_ALIAS} was not moved.")


def _run(stage: Stage, yes: bool) -> None:
    account = find_account()
    make_live(account, stage, yes=yes)
    check_upload_events(account, stage)
    check_first_version(account, stage)


if __name__ == "__main__":
    run_step(_run)
