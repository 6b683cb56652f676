"""Deployments as CodeDeploy runs them: a hook, shares of the requests, alarms, and the way back.

Nothing here knows the emulator: an `Alias` is moved, and a `DeploymentGroup` says how.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.rehearsal.emulated.traffic_shift import TrafficStep

MINUTE_SECONDS = 6.0
"""A minute of a traffic shift; `Deployment.skip_wait` ends a wait at once."""
LOOK_SECONDS = 0.05
HOOK_SECONDS = 60.0
"""CodeDeploy itself waits an hour for a hook's answer."""


class DeploymentFailedError(Exception):
    """A deployment went back to the version before."""


class Alias(Protocol):
    """What a deployment moves."""

    def share(self, version: str, share: float) -> None:
        """Send a share of the requests to a version beside the main one."""

    def move(self, version: str) -> None:
        """Send all requests to a version."""


@dataclass(frozen=True, kw_only=True)
class DeploymentGroup:
    """How versions of a function go live.

    Attributes:
        steps: What comes before all requests.
        alarms: Names of the alarms that end a deployment.
        is_in_alarm: Says whether the alarm of a name is on.
        minute_seconds: Length of a minute of `steps`.
        hook_seconds: How long the hook may take.
        start_hook: Starts the function that is asked before any request, given the ids of the
            deployment and of the hook's execution; None for no such function.
    """

    steps: Sequence[TrafficStep]
    alarms: Sequence[str]
    is_in_alarm: Callable[[str], bool]
    minute_seconds: float = MINUTE_SECONDS
    hook_seconds: float = HOOK_SECONDS
    start_hook: Callable[[str, str], None] | None = None


@dataclass(kw_only=True)
class Deployment:
    """One move of an alias.

    Attributes:
        application: Name of CodeDeploy's application.
        group: Name of the deployment group.
        function: Name of the function.
        alias: Name of its alias.
        source: Version that answers before.
        target: Version that answers afterwards, if nothing goes wrong.
        status: As CodeDeploy writes it.
        hook_execution: Id under which the hook answers.
        hook_status: What the hook answered, if it has.
    """

    application: str
    group: str
    function: str
    alias: str
    source: str
    target: str
    id: str = field(default_factory=lambda: f"d-{uuid.uuid4().hex[:9].upper()}")
    status: str = "InProgress"
    created: float = field(default_factory=time.time)
    completed: float | None = None
    hook_execution: str = field(default_factory=lambda: uuid.uuid4().hex)
    hook_status: str | None = None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _skipped: threading.Event = field(default_factory=threading.Event)

    def describe(self) -> dict[str, Any]:
        """Describe it as ``GetDeployment`` does."""
        return {
            "applicationName": self.application,
            "deploymentGroupName": self.group,
            "deploymentId": self.id,
            "status": self.status,
            "createTime": self.created,
            "completeTime": self.completed,
            "revision": {
                "revisionType": "String",
                "string": {"content": json.dumps(self._build_app_spec())},
            },
        }

    def _build_app_spec(self) -> dict[str, Any]:
        """Build the AppSpec that CloudFormation writes for an alias:
        https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html.
        """
        properties = {
            "Name": self.function,
            "Alias": self.alias,
            "CurrentVersion": self.source,
            "TargetVersion": self.target,
        }
        resource = {"Type": "AWS::Lambda::Function", "Properties": properties}
        return {"version": 0.0, "Resources": [{self.function: resource}]}

    def stop(self) -> None:
        """Go back to the version before."""
        self._stopped.set()

    def skip_wait(self) -> None:
        """End the traffic shift's waits; what they wait for is looked at once more."""
        self._skipped.set()

    def run(self, alias: Alias, group: DeploymentGroup) -> None:
        """Move the alias step by step.

        Raises:
            DeploymentFailedError: An alarm went off, the hook refused, or somebody stopped it; the
                alias is where it was.
        """
        try:
            self._ask_hook(group)
            for step in group.steps:
                alias.share(self.target, step.share)
                self._wait(step.minutes * group.minute_seconds, group)
            self._check(group)
        except DeploymentFailedError as error:
            alias.move(self.source)
            self._end("Stopped" if self._stopped.is_set() else "Failed")
            raise DeploymentFailedError(f"{error} (deployment {self.id})") from error
        alias.move(self.target)
        self._end("Succeeded")

    def _ask_hook(self, group: DeploymentGroup) -> None:
        if group.start_hook is None:
            return
        group.start_hook(self.id, self.hook_execution)
        until = time.monotonic() + group.hook_seconds
        while self.hook_status is None and time.monotonic() < until:
            self._check(group)
            time.sleep(LOOK_SECONDS)
        if self.hook_status != "Succeeded":
            raise DeploymentFailedError(
                "The BeforeAllowTraffic lifecycle event hook did not succeed; its status is "
                f"{self.hook_status or 'none'}"
            )

    def _wait(self, seconds: float, group: DeploymentGroup) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._skipped.is_set():
            self._check(group)
            time.sleep(LOOK_SECONDS)

    def _check(self, group: DeploymentGroup) -> None:
        if self._stopped.is_set():
            raise DeploymentFailedError("The deployment was stopped")
        activated = [name for name in group.alarms if group.is_in_alarm(name)]
        if activated:
            raise DeploymentFailedError(
                "One or more alarms have been activated according to the Amazon CloudWatch metrics "
                "you selected, and the affected deployments have been stopped. Activated alarms: "
                f"{', '.join(activated)}"
            )

    def _end(self, status: str) -> None:
        self.status = status
        self.completed = time.time()


def read_app_spec(request: Mapping[str, Any]) -> tuple[Deployment, str | None]:
    """Read what ``CreateDeployment`` asks for: a deployment, and its hook if it has one.

    Source: https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeployment.html
    """
    app_spec = json.loads(request["revision"]["appSpecContent"]["content"])
    [resource] = app_spec["Resources"][0].values()
    properties = resource["Properties"]
    hooks = {
        name: function for hook in app_spec.get("Hooks", []) for name, function in hook.items()
    }
    deployment = Deployment(
        application=request["applicationName"],
        group=request["deploymentGroupName"],
        function=properties["Name"],
        alias=properties["Alias"],
        source=str(properties["CurrentVersion"]),
        target=str(properties["TargetVersion"]),
    )
    return deployment, hooks.get("BeforeAllowTraffic")
