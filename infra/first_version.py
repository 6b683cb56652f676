"""Asks the first version of a stage its known texts: no release comes before it, so no hook does.

Errors::

    FirstVersionError
"""

import json
import sys

from botocore.exceptions import ClientError

from infra.account import Account, explain_errors
from infra.concurrency import NOT_ALLOWED
from infra.release_check import HOOK_PREFIX
from infra.stages import Stage


class FirstVersionError(Exception):
    """The first version answers wrongly; the message is one sentence."""


def check_first_version(account: Account, stage: Stage) -> None:
    """Let the release check ask the version that is live, if it is the stage's first.

    Raises:
        AccountError: AWS cannot be asked.
        FirstVersionError: The version, which is live, has faults.
    """
    with explain_errors():
        versions = _list_versions(account, stage)
        if len(versions) != 1:
            return
        faults = _ask(account, stage, versions[0])
    if faults is None:
        sys.stderr.write(
            "The first version was not asked its known texts: these credentials may not call "
            f"lambda:InvokeFunction on {HOOK_PREFIX}{stage.stack_name}. `windvane smoke --stage "
            f"{stage.name}` asks it one text.\n"
        )
    elif faults:
        raise FirstVersionError(
            f"The first version of {stage.stack_name} is live and has faults: "
            f"{'; '.join(faults)}. Deploy a bundle that answers its known texts, or remove the "
            f"stage with make destroy STAGE={stage.name}."
        )
    else:
        sys.stderr.write("The first version answers its known texts.\n")


def _list_versions(account: Account, stage: Stage) -> list[str]:
    pages = account.client("lambda").get_paginator("list_versions_by_function")
    listed = [
        version["Version"]
        for page in pages.paginate(FunctionName=stage.stack_name)
        for version in page["Versions"]
    ]
    return [version for version in listed if version.isdecimal()]


def _ask(account: Account, stage: Stage, version: str) -> list[str] | None:
    """Return the faults that the check finds; None if it may not be called.

    The CDK's roles, with which the account is asked otherwise, invoke nothing.
    """
    try:
        response = account.own_client("lambda").invoke(
            FunctionName=HOOK_PREFIX + stage.stack_name,
            Payload=json.dumps({"Version": version}).encode(),
        )
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_ALLOWED:
            return None
        raise
    payload = json.loads(response["Payload"].read())
    if response.get("FunctionError"):
        return [f"the check itself failed with {payload.get('errorType')}"]
    return [str(fault) for fault in payload["faults"]]
