"""What is in the emulated account, by kind; and what a stage's ``DestroyKeeps`` lets stay."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.rehearsal.cloud_emulator import EmulatedCloud
from tests.rehearsal.expectations import StepError

Inventory = Mapping[str, frozenset[str]]

KINDS: Mapping[str, tuple[str, Callable[[Any], Iterable[str]]]] = {
    "alarm": (
        "cloudwatch",
        lambda client: _names(client.describe_alarms()["MetricAlarms"], "AlarmName"),
    ),
    "api": ("apigateway", lambda client: _names(client.get_rest_apis()["items"], "id")),
    "application": ("codedeploy", lambda client: client.list_applications()["applications"]),
    "bucket": ("s3", lambda client: _names(client.list_buckets()["Buckets"], "Name")),
    "dashboard": (
        "cloudwatch",
        lambda client: _names(client.list_dashboards()["DashboardEntries"], "DashboardName"),
    ),
    "function": (
        "lambda",
        lambda client: _names(client.list_functions()["Functions"], "FunctionName"),
    ),
    "key": ("apigateway", lambda client: _names(client.get_api_keys()["items"], "id")),
    "log": (
        "logs",
        lambda client: _names(client.describe_log_groups()["logGroups"], "logGroupName"),
    ),
    "machine": (
        "stepfunctions",
        lambda client: _names(client.list_state_machines()["stateMachines"], "name"),
    ),
    "plan": ("apigateway", lambda client: _names(client.get_usage_plans()["items"], "id")),
    "queue": ("sqs", lambda client: client.list_queues().get("QueueUrls", [])),
    "role": ("iam", lambda client: _names(client.list_roles()["Roles"], "RoleName")),
    "rule": ("events", lambda client: _names(client.list_rules()["Rules"], "Name")),
    "stack": (
        "cloudformation",
        lambda client: _names(_list_stacks(client), "StackName"),
    ),
    "table": ("dynamodb", lambda client: client.list_tables()["TableNames"]),
    "topic": ("sns", lambda client: _names(client.list_topics()["Topics"], "TopicArn")),
}
"""The service to ask for each kind, and how; a kind is the word that ``DestroyKeeps`` uses."""


def take_inventory(cloud: EmulatedCloud) -> Inventory:
    """List what is in the account."""
    return {
        kind: frozenset(list_names(cloud.client(service)))
        for kind, (service, list_names) in KINDS.items()
    }


def check_left(before: Inventory, after: Inventory, destroy_keeps: str) -> None:
    """Check that what is left of a stage is what its notice names.

    Args:
        before: Before the stage was deployed.
        after: After it was destroyed.
        destroy_keeps: The output ``DestroyKeeps``.

    Raises:
        StepError: More is left, or less.
    """
    left = {kind: sorted(after[kind] - before[kind]) for kind in KINDS}
    kinds = {kind for kind, names in left.items() if names}
    # "the logs of the function" are logs.
    named = {kind for kind in KINDS if re.search(rf"(?<!of )the {kind}", destroy_keeps)}
    if kinds != named:
        raise StepError(
            "left after make destroy",
            expected=f"{sorted(named)}, since DestroyKeeps says: {destroy_keeps}",
            got={kind: names for kind, names in left.items() if names},
        )


def _list_stacks(client: Any) -> list[Mapping[str, Any]]:
    stacks = client.list_stacks()["StackSummaries"]
    return [stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"]


def _names(entries: Iterable[Mapping[str, Any]], field: str) -> list[str]:
    return [str(entry[field]) for entry in entries]
