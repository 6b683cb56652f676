"""Each grant of the release check's role, taken away: no deployment succeeds without it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.release_check import HOOK_PREFIX
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import expect_equal, expect_that
from tests.rehearsal.function_grants import LOG_GRANTS, FunctionGrants, TakeAway
from windvane.facts import LIVE_ALIAS

END_SECONDS = 30
LOOK_SECONDS = 0.1
SILENT_SECONDS = 4
"""How long a check that cannot answer is waited for; CodeDeploy itself waits an hour."""

RUNNING = "InProgress"


@dataclass(frozen=True, kw_only=True)
class CheckedDeployment:
    """Starts deployments to a version, as an operator may by CodeDeploy's API.

    Attributes:
        stage: The deployed stage.
        version: A version that is not live.
    """

    stage: DeployedStage
    version: str

    def ask_check(self) -> None:
        """Let the check ask the version with all of its grants: it finds no fault.

        Raises:
            StepError: It finds one, or fails.
        """
        response = self.stage.cloud.client("lambda").invoke(
            FunctionName=HOOK_PREFIX + self.stage.stack_name,
            Payload=json.dumps({"Version": self.version}).encode(),
        )
        expect_equal("check", json.loads(response["Payload"].read()), {"faults": []})

    def start(self) -> str:
        """Start a deployment, and return its id."""
        function = self.stage.stack_name
        properties = {
            "Name": function,
            "Alias": LIVE_ALIAS,
            "CurrentVersion": next(iter(self.stage.read_live())),
            "TargetVersion": self.version,
        }
        resource = {function: {"Type": "AWS::Lambda::Function", "Properties": properties}}
        hooks = [{"BeforeAllowTraffic": HOOK_PREFIX + function}]
        app_spec = {"version": 0.0, "Resources": [resource], "Hooks": hooks}
        content = {"content": json.dumps(app_spec)}
        response = self._codedeploy.create_deployment(
            applicationName=self.stage.find_resource("AWS::CodeDeploy::Application"),
            deploymentGroupName=self.stage.find_resource("AWS::CodeDeploy::DeploymentGroup"),
            revision={"revisionType": "AppSpecContent", "appSpecContent": content},
        )
        return str(response["deploymentId"])

    def wait(self, deployment: str, seconds: float) -> str:
        """Wait for a deployment's end, and return its status."""
        until = time.monotonic() + seconds
        while (status := self._read_status(deployment)) == RUNNING and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        return status

    def stop(self, deployment: str) -> None:
        """Stop a deployment, as an operator does who waits no longer."""
        self._codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)

    def _read_status(self, deployment: str) -> str:
        info = self._codedeploy.get_deployment(deploymentId=deployment)["deploymentInfo"]
        return str(info["status"])

    @property
    def _codedeploy(self) -> Any:
        return self.stage.cloud.client("codedeploy")


def fail_at_once(deployment: CheckedDeployment, take_away: TakeAway) -> None:
    """The check says that it failed, and the deployment has failed before any request."""
    take_away()
    expect_equal("status", deployment.wait(deployment.start(), END_SECONDS), "Failed")


def stay_silent(deployment: CheckedDeployment, take_away: TakeAway) -> None:
    """CodeDeploy hears nothing and sends no request, until it or somebody gives up."""
    take_away()
    started = deployment.start()
    expect_equal("status", deployment.wait(started, SILENT_SECONDS), RUNNING)
    deployment.stop(started)
    expect_equal("status", deployment.wait(started, END_SECONDS), "Stopped")


CheckControl = Callable[[CheckedDeployment, TakeAway], None]

CHECK_CONTROLS: Mapping[str, CheckControl] = {
    "codedeploy:GetDeployment": fail_at_once,
    "codedeploy:PutLifecycleEventHookExecutionStatus": stay_silent,
    "lambda:GetFunctionConfiguration": fail_at_once,
    "lambda:InvokeFunction": fail_at_once,
}


def open_check_grants(stage: DeployedStage) -> FunctionGrants:
    """Open the grants of the stage's release check."""
    return FunctionGrants(
        stage=stage,
        function=HOOK_PREFIX + stage.stack_name,
        controlled=frozenset(CHECK_CONTROLS),
        not_enforced=LOG_GRANTS,
    )


def check_grant(
    grants: FunctionGrants, action: str, control: CheckControl, deployment: CheckedDeployment
) -> None:
    """Take a grant away; ``live`` stays where it is whatever happens.

    Raises:
        StepError: There is another failure, or none.
    """
    before = grants.stage.read_live()
    grants.check(action, lambda take_away: control(deployment, take_away))
    live = grants.stage.read_live()
    expect_that("live", live == before, expected=str(before), got=live)
