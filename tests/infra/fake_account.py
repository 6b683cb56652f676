"""An AWS account with stacks, all of them protected; moto knows no termination protection."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError


class FakeAccount:
    """Stands for `infra.account.Account`, and for its client of CloudFormation.

    Attributes:
        protected: Names of the stacks that cannot be deleted.
    """

    number = "123456789012"
    region = "eu-west-1"

    def __init__(self, stacks: Mapping[str, str]) -> None:
        """Store the status by stack."""
        self._stacks = stacks
        self.protected = set(stacks)

    def client(self, _: str) -> Any:
        return self

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803 - AWS's
        if StackName not in self._stacks:
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        return {"Stacks": [{"StackStatus": self._stacks[StackName]}]}

    def update_termination_protection(
        self,
        *,
        StackName: str,  # noqa: N803 - AWS's
        EnableTerminationProtection: bool,  # noqa: N803 - AWS's
    ) -> None:
        if not EnableTerminationProtection:
            self.protected.discard(StackName)
