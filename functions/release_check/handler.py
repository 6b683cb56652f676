"""The function that CodeDeploy calls before it sends traffic to a new version.

See https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html.
"""

import json
import os
from typing import Any

from functions.release_check.start_up import start
from functions.release_check.version_check import VersionCheck, find_target_version

_start_up = start(os.environ)


def handler(event: dict[str, Any], _: object) -> dict[str, list[str]] | None:
    """Check the version of a deployment and tell CodeDeploy, or check a version that is named.

    CodeDeploy waits an hour for an answer, so an error of our own is one too: it fails the
    deployment, then the invocation.

    Args:
        event: CodeDeploy's, or ``{"Version": "1"}`` of whoever deploys a stage first.

    Returns:
        The faults of a version that was named.
    """
    if "Version" in event:
        return {"faults": _check(str(event["Version"]))}
    _check_deployment(event["DeploymentId"], event["LifecycleEventHookExecutionId"])
    return None


def _check_deployment(deployment_id: str, execution_id: str) -> None:
    faults = ["the check itself failed"]
    try:
        faults = _check(find_target_version(_start_up.deployments, deployment_id))
    finally:
        _start_up.deployments.put_lifecycle_event_hook_execution_status(
            deploymentId=deployment_id,
            lifecycleEventHookExecutionId=execution_id,
            status="Failed" if faults else "Succeeded",
        )


def _check(version: str) -> list[str]:
    check = VersionCheck(_start_up.functions, _start_up.function_name, version)
    faults = check.find_faults(_start_up.expectation)
    print(json.dumps({"message": "release check", "faults": faults}))  # noqa: T201 - the log
    return faults
