"""CodeDeploy's predefined ways to move a Lambda alias, as steps.

Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
"""

import re
from dataclasses import dataclass

PREFIX = "CodeDeployDefault.Lambda"
CANARY = re.compile(r"Canary(\d+)Percent(\d+)Minutes")
LINEAR = re.compile(r"Linear(\d+)PercentEvery(\d+)Minutes?")
ALL_AT_ONCE = "AllAtOnce"


class UnknownTrafficShiftError(ValueError):
    """CodeDeploy has no configuration of this name."""


@dataclass(frozen=True)
class TrafficStep:
    """A time during which part of the requests goes to the new version.

    Attributes:
        share: Of the requests, between 0 and 1.
        minutes: How long.
    """

    share: float
    minutes: int


def read_traffic_shift(configuration: str) -> list[TrafficStep]:
    """List the steps before all requests go to the new version; none for ``AllAtOnce``.

    Args:
        configuration: Such as ``CodeDeployDefault.LambdaCanary10Percent10Minutes``.

    Raises:
        UnknownTrafficShiftError: There is no such configuration.
    """
    name = configuration.removeprefix(PREFIX)
    if configuration == PREFIX + ALL_AT_ONCE:
        return []
    if configuration.startswith(PREFIX) and (match := CANARY.fullmatch(name)):
        percent, minutes = map(int, match.groups())
        return [TrafficStep(percent / 100, minutes)]
    if configuration.startswith(PREFIX) and (match := LINEAR.fullmatch(name)):
        percent, minutes = map(int, match.groups())
        return [TrafficStep(share / 100, minutes) for share in range(percent, 100, percent)]
    raise UnknownTrafficShiftError(f"No Deployment Configuration found for name: {configuration}")
