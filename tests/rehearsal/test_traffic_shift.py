"""CodeDeploy's configurations, read by their names."""

import pytest

from tests.rehearsal.emulated.traffic_shift import (
    TrafficStep,
    UnknownTrafficShiftError,
    read_traffic_shift,
)

LINEAR = [TrafficStep(share / 10, 2) for share in range(1, 10)]


@pytest.mark.parametrize(
    ("name", "steps"),
    [
        ("AllAtOnce", []),
        ("Canary10Percent10Minutes", [TrafficStep(0.1, 10)]),
        ("Linear10PercentEvery2Minutes", LINEAR),
        ("Linear10PercentEvery1Minute", [TrafficStep(step.share, 1) for step in LINEAR]),
    ],
)
def test_configuration_is_its_steps(name: str, steps: list[TrafficStep]) -> None:
    assert read_traffic_shift(f"CodeDeployDefault.Lambda{name}") == steps


@pytest.mark.parametrize(
    "name", ["", "AllAtOnce", "Canary10Percent10Minutes", "CodeDeployDefault.LambdaSlowly"]
)
def test_unknown_configuration_is_refused_as_codedeploy_does(name: str) -> None:
    with pytest.raises(UnknownTrafficShiftError, match="No Deployment Configuration found"):
        read_traffic_shift(name)
