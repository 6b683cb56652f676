"""The function that CodeDeploy calls before it sends traffic to a new version.

See https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html.
"""

import json
import os
from typing import Any

from functions.release_check.start_up import start
from functions.release_check.version_check import VersionCheck, find_target_version

_start_up = start(os.environ)


def handler(event: dict[str, Any], _: object) -> None:
    """Check the version of a deployment and tell CodeDeploy.

    CodeDeploy waits an hour for an answer, so an error of our own is one too: it fails the
    deployment, then the invocation.
    """
    deployment_id = event["DeploymentId"]
    faults = ["the check itself failed"]
    try:
        version = find_target_version(_start_up.deployments, deployment_id)
        check = VersionCheck(_start_up.functions, _start_up.function_name, version)
        faults = check.find_faults(_start_up.expectation)
    finally:
        print(json.dumps({"message": "release check", "faults": faults}))  # noqa: T201 - the log
        _start_up.deployments.put_lifecycle_event_hook_execution_status(
            deploymentId=deployment_id,
            lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
            status="Failed" if faults else "Succeeded",
        )
