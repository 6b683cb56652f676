"""The grants of a role, taken away one at a time and given back."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.rehearsal.cloud_emulator import EmulatedCloud

Policy = Mapping[str, Any]


@dataclass(frozen=True)
class RoleGrants:
    """A role with policies of its own.

    Attributes:
        cloud: Where it is.
        role: Its name.
    """

    cloud: EmulatedCloud
    role: str

    def list_actions(self) -> set[str]:
        """List what the role may do."""
        return {action for policy in self._policies().values() for action in list_actions(policy)}

    @contextmanager
    def lend(self, action: str) -> Iterator[Callable[[], None]]:
        """Yield a function that takes an action away; the role has it again after the block."""
        policies = self._policies()

        def take_away() -> None:
            for name, policy in policies.items():
                self._write(name, without_action(policy, action))

        try:
            yield take_away
        finally:
            for name, policy in policies.items():
                self._write(name, policy)

    def _policies(self) -> dict[str, Policy]:
        names = self._iam.list_role_policies(RoleName=self.role)["PolicyNames"]
        return {
            name: self._iam.get_role_policy(RoleName=self.role, PolicyName=name)["PolicyDocument"]
            for name in names
        }

    def _write(self, name: str, policy: Policy) -> None:
        self._iam.put_role_policy(
            RoleName=self.role, PolicyName=name, PolicyDocument=json.dumps(policy)
        )

    @property
    def _iam(self) -> Any:
        return self.cloud.client("iam")


def without_action(policy: Policy, action: str) -> Policy:
    """Build a policy without an action; statements that grant nothing else are left out."""
    statements = [
        {**statement, "Action": [name for name in _list(statement["Action"]) if name != action]}
        for statement in policy["Statement"]
    ]
    return {**policy, "Statement": [each for each in statements if each["Action"]]}


def list_actions(policy: Policy) -> set[str]:
    """List what a policy grants."""
    return {name for each in policy["Statement"] for name in _list(each["Action"])}


def _list(action: str | list[str]) -> list[str]:
    return [action] if isinstance(action, str) else action
