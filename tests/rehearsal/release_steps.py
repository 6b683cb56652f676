"""Releases: one that gets no traffic, one that an alarm rolls back, one live, and the way back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import Any

from tests.rehearsal.caller import Caller
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from tests.rehearsal.stage_commands import CANARY_DEPLOYMENT, MAKE_FAILED, StageCommands

CANARY = "CodeDeployDefault.LambdaCanary10Percent10Minutes"
ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"
CANARY_SHARE = 0.1
LOOK_SECONDS = 0.2
START_SECONDS = 240
BROKEN_DEPLOYMENT = "deploy-broken"
REFUSED_BY = "BeforeAllowTraffic"
NO_CHANGES = " (no changes)"
"""What the CDK prints after a stack's name."""
ROLLED_BACK = "UPDATE_ROLLBACK_COMPLETE"


@dataclass(frozen=True, kw_only=True)
class Releases:
    """The steps of releases, in order.

    Attributes:
        stage: The deployed stage.
        commands: Its commands.
        caller: A caller of its API.
        first: The model that is live, ``name@version``.
        second: The model of the second bundle.
        bundle: Folder of the second bundle.
    """

    stage: DeployedStage
    commands: StageCommands
    caller: Caller
    first: str
    second: str
    bundle: Path

    def choose_canary(self) -> str | None:
        """Let a stage that moves at once move by a canary, as an operator could.

        Returns:
            A sentence to print, or None where the stage's releases are canaries already.
        """
        group = self._codedeploy.get_deployment_group(**self._group_names)["deploymentGroupInfo"]
        if group["deploymentConfigName"] != ALL_AT_ONCE:
            return None
        self._codedeploy.update_deployment_group(
            applicationName=self._group_names["applicationName"],
            currentDeploymentGroupName=self._group_names["deploymentGroupName"],
            deploymentConfigName=CANARY,
        )
        return f"{self.stage.name} moves at once: from here on it has {CANARY}."

    def refuse_broken(self, bundle: Path) -> None:
        """Deploy a bundle with wrong answers: the release check refuses it before any request.

        Raises:
            StepError: It gets a share of the requests, or something is not as before.
        """
        before = self.stage.read_live()
        versions = self.stage.list_versions()
        seen = []
        deploying = self.commands.deploying(bundle, status=MAKE_FAILED, name=BROKEN_DEPLOYMENT)
        with deploying as process:
            while process.poll() is None:
                seen.append(self.stage.read_live())
                time.sleep(LOOK_SECONDS)
        refused = REFUSED_BY in self.commands.read_log(BROKEN_DEPLOYMENT)
        end = self.commands.read_end(BROKEN_DEPLOYMENT)
        expect_that("make deploy", refused, expected=REFUSED_BY, got=end)
        moved = [live for live in [*seen, self.stage.read_live()] if live != before]
        expect_equal("live other than before", moved, [])
        expect_equal("stack", self.stage.status, ROLLED_BACK)
        expect_equal("versions", self.stage.list_versions(), versions)
        expect_equal("model", self.caller.read_model(), self.first)

    def roll_back_by_alarm(self) -> None:
        """Set an alarm on during a canary: everything is as before.

        Raises:
            StepError: Something is not.
        """
        versions = self.stage.list_versions()
        alarm = self._find_alarm()
        with self._canary(status=MAKE_FAILED):
            self._set_alarm(alarm, "ALARM")
        expect_equal("stack", self.stage.status, ROLLED_BACK)
        expect_equal("live", self.stage.read_live(), {versions[-1]: 1.0})
        expect_equal("versions", self.stage.list_versions(), versions)
        expect_equal("model", self.caller.read_model(), self.first)
        self._set_alarm(alarm, "OK")

    def release_by_canary(self) -> None:
        """Deploy the same again: both answer, the list has the shares, then the second is live.

        Raises:
            StepError: It is not so.
        """
        with self._canary(status=0) as deployment:
            releases = self.commands.list_releases()
            shares = sorted(version["live_weight"] for version in releases["versions"])
            expect_equal("shares", shares, [CANARY_SHARE, 1 - CANARY_SHARE])
            expect_equal("deployment", releases["deployment_id"], deployment)
            self._codedeploy.continue_deployment(deploymentId=deployment)
        expect_equal("model", self.caller.read_model(), self.second)
        self._expect_live(self.second)

    def roll_back_by_command(self) -> None:
        """Run ``windvane releases rollback``.

        Raises:
            StepError: The first model is not live afterwards.
        """
        self.commands.releases("rollback", "--yes")
        expect_equal("model", self.caller.read_model(), self.first)
        self._expect_live(self.first)

    def deploy_unchanged(self) -> None:
        """Deploy what the stack has already: no changes, and ``live`` is moved to it all the same.

        Raises:
            StepError: The stack is changed, or the second model is not live afterwards.
        """
        said = self.commands.deploy(self.bundle)
        unchanged = self.stage.stack_name + NO_CHANGES
        expect_that("make deploy", unchanged in said, expected=unchanged, got=said)
        expect_equal("model", self.caller.read_model(), self.second)
        self._expect_live(self.second)

    def smoke(self) -> None:
        """Run ``windvane smoke``, then with the model that is not live, which fails.

        Raises:
            StepError: It finds a fault, or does not find that one.
        """
        self.commands.smoke(self.caller.url, self.second)
        said = self.commands.smoke(self.caller.url, self.first, status=1)
        expect_that("windvane smoke", self.second in said, expected=self.second, got=said)

    @contextmanager
    def _canary(self, *, status: int) -> Iterator[str]:
        """Deploy the second bundle; the block runs while it has part of the traffic."""
        with self.commands.deploying(self.bundle, status=status) as process:
            deployment = self._wait_for_deployment(process)
            yield deployment

    def _wait_for_deployment(self, process: "Popen[bytes]") -> str:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and process.poll() is None:
            if CANARY_SHARE in self.stage.read_live().values():
                running = self._codedeploy.list_deployments(
                    **self._group_names, includeOnlyStatuses=["InProgress"]
                )
                return str(running["deployments"][0])
            time.sleep(LOOK_SECONDS)
        ended = "no" if process.poll() is None else self.commands.read_end(CANARY_DEPLOYMENT)
        raise StepError(
            "canary",
            expected=f"{CANARY_SHARE:.0%} of the traffic",
            got=f"live is {self.stage.read_live()}; has make deploy ended? {ended}",
        )

    def _expect_live(self, model: str) -> None:
        live = {
            version["bundle"]: version["live_weight"]
            for version in self.commands.list_releases()["versions"]
        }
        expect_that("live", live.get(model.partition("@")[2]) == 1, expected=model, got=live)

    def _find_alarm(self) -> str:
        group = self._codedeploy.get_deployment_group(**self._group_names)["deploymentGroupInfo"]
        return str(group["alarmConfiguration"]["alarms"][0]["name"])

    def _set_alarm(self, name: str, state: str) -> None:
        self.stage.cloud.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue=state, StateReason="rehearsal"
        )

    @property
    def _codedeploy(self) -> Any:
        return self.stage.cloud.client("codedeploy")

    @property
    def _group_names(self) -> dict[str, str]:
        return {
            "applicationName": self.stage.find_resource("AWS::CodeDeploy::Application"),
            "deploymentGroupName": self.stage.find_resource("AWS::CodeDeploy::DeploymentGroup"),
        }
