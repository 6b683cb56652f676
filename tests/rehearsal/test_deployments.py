"""Deployments of the emulated CodeDeploy."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.rehearsal.emulated.deployments import (
    Deployment,
    DeploymentFailedError,
    DeploymentGroup,
    read_app_spec,
)
from tests.rehearsal.emulated.traffic_shift import TrafficStep

LONG = 1000


@dataclass
class RecordedAlias:
    """Keeps what a deployment did to it, and may run something while traffic is shared."""

    moves: list[tuple[str, float]] = field(default_factory=list)
    while_shared: Any = None

    def share(self, version: str, share: float) -> None:
        self.moves.append((version, share))
        if self.while_shared:
            self.while_shared()

    def move(self, version: str) -> None:
        self.moves.append((version, 1))


@pytest.fixture
def deployment() -> Deployment:
    return Deployment(
        application="app", group="group", function="windvane", alias="live", source="1", target="2"
    )


def build_group(*steps: TrafficStep, **options: Any) -> DeploymentGroup:
    options = {"alarms": ["errors"], "is_in_alarm": lambda _name: False, **options}
    return DeploymentGroup(steps=steps, **options)


def test_deployment_goes_through_its_steps(deployment: Deployment) -> None:
    alias = RecordedAlias()

    deployment.run(alias, build_group(TrafficStep(0.1, 0), TrafficStep(0.2, 0)))

    assert alias.moves == [("2", 0.1), ("2", 0.2), ("2", 1)]
    assert deployment.status == "Succeeded"
    assert deployment.completed


@pytest.mark.parametrize("steps", [[], [TrafficStep(0.1, LONG)]], ids=["at once", "canary"])
def test_alarm_moves_the_alias_back(deployment: Deployment, steps: list[TrafficStep]) -> None:
    alias = RecordedAlias()

    with pytest.raises(DeploymentFailedError, match=f"errors .deployment {deployment.id}"):
        deployment.run(alias, build_group(*steps, is_in_alarm=lambda name: name == "errors"))

    assert alias.moves[-1] == ("1", 1)
    assert ("2", 1) not in alias.moves
    assert deployment.status == "Failed"


def test_stop_moves_the_alias_back(deployment: Deployment) -> None:
    alias = RecordedAlias(while_shared=deployment.stop)

    with pytest.raises(DeploymentFailedError, match="stopped"):
        deployment.run(alias, build_group(TrafficStep(0.1, LONG)))

    assert alias.moves == [("2", 0.1), ("1", 1)]
    assert deployment.status == "Stopped"


def test_wait_can_be_ended(deployment: Deployment) -> None:
    alias = RecordedAlias(while_shared=deployment.skip_wait)

    deployment.run(alias, build_group(TrafficStep(0.1, LONG)))

    assert alias.moves == [("2", 0.1), ("2", 1)]


def test_hook_is_asked_before_any_request(deployment: Deployment) -> None:
    alias, ids = RecordedAlias(), []

    def start_hook(*asked: str) -> None:
        ids.extend([*asked, *alias.moves])
        deployment.hook_status = "Succeeded"

    deployment.run(alias, build_group(start_hook=start_hook))

    assert ids == [deployment.id, deployment.hook_execution]
    assert alias.moves == [("2", 1)]


@pytest.mark.parametrize("status", ["Failed", None])
def test_hook_that_does_not_succeed_ends_a_deployment(
    deployment: Deployment, status: str | None
) -> None:
    alias = RecordedAlias()

    def start_hook(*_ids: str) -> None:
        deployment.hook_status = status

    with pytest.raises(DeploymentFailedError, match="hook did not succeed"):
        deployment.run(alias, build_group(start_hook=start_hook, hook_seconds=0))

    assert alias.moves == [("1", 1)]


def test_deployment_has_the_app_spec_that_a_hook_reads(deployment: Deployment) -> None:
    content = json.loads(deployment.describe()["revision"]["string"]["content"])

    assert content["Resources"][0]["windvane"]["Properties"] == {
        "Name": "windvane",
        "Alias": "live",
        "CurrentVersion": "1",
        "TargetVersion": "2",
    }


def test_deployment_of_an_operator_is_read_from_its_app_spec() -> None:
    properties = {"Name": "f", "Alias": "live", "CurrentVersion": "2", "TargetVersion": "1"}
    app_spec = {
        "Resources": [{"f": {"Type": "AWS::Lambda::Function", "Properties": properties}}],
        "Hooks": [{"BeforeAllowTraffic": "hook"}],
    }
    request = {
        "applicationName": "a",
        "deploymentGroupName": "g",
        "revision": {"appSpecContent": {"content": json.dumps(app_spec)}},
    }

    deployment, hook = read_app_spec(request)

    assert (deployment.application, deployment.group, hook) == ("a", "g", "hook")
    assert (deployment.function, deployment.alias) == ("f", "live")
    assert (deployment.source, deployment.target) == ("2", "1")
