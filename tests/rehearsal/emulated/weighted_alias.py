"""A Lambda alias with weights, and its update by a deployment of CodeDeploy."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from ministack.services import cloudwatch, lambda_svc
from ministack.services.cloudformation import _stacks, engine, provisioners, stacks

from tests.rehearsal.emulated.codedeploy import RECORDS
from tests.rehearsal.emulated.deployments import Deployment, DeploymentFailedError, DeploymentGroup
from tests.rehearsal.emulated.traffic_shift import read_traffic_shift

Properties = Mapping[str, Any]

ALIAS_TYPE = "AWS::Lambda::Alias"
UPDATE_POLICY = "CodeDeployLambdaAliasUpdate"


@dataclass(frozen=True)
class EmulatedAlias:
    """An alias in the emulator's own records."""

    record: dict[str, Any]

    def share(self, version: str, share: float) -> None:
        """Send a share of the requests to a version beside the main one."""
        self.record["RoutingConfig"] = {"AdditionalVersionWeights": {version: share}}

    def move(self, version: str) -> None:
        """Send all requests to a version."""
        self.record["FunctionVersion"] = version
        self.record.pop("RoutingConfig", None)


def add_weighted_alias() -> None:
    """Let aliases share requests between versions, and CodeDeploy update them."""
    choose = lambda_svc._effective_func_record_for_qualifier

    def choose_by_weight(function: dict[str, Any] | None, qualifier: str | None) -> Any:
        alias = (function or {}).get("aliases", {}).get(qualifier) or {}
        weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights", {})
        for version, weight in weights.items():
            if function and random.random() < float(weight):  # noqa: S311 - no secret
                return choose(function, version)
        return choose(function, qualifier)

    lambda_svc._effective_func_record_for_qualifier = choose_by_weight
    handler = provisioners._RESOURCE_HANDLERS[ALIAS_TYPE]
    handler["update"] = _build_update(handler["update"])
    handler["update_with_logical_id"] = True
    # A deployment waits: on the event loop it would stop every other request.
    waits = stacks._runs_on_worker_thread
    stacks._runs_on_worker_thread = lambda resource_type: (
        resource_type == ALIAS_TYPE or waits(resource_type)
    )


def _build_update(update: Callable[..., Any]) -> Callable[..., Any]:
    def update_by_deployment(
        physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str
    ) -> Any:
        policy = _read_update_policy(stack, logical_id)
        if policy is None or old["FunctionVersion"] == new["FunctionVersion"]:
            return update(physical_id, old, new, stack, logical_id)
        _deploy(policy, old, new)
        return update(physical_id, old, new, stack, logical_id)

    return update_by_deployment


def _read_update_policy(stack_name: str, logical_id: str) -> Properties | None:
    """Read how a stack's template, the new one while it is updated, has an alias updated."""
    stack = _stacks[stack_name]
    resource = json.loads(stack["_template_body"])["Resources"].get(logical_id, {})
    policy = resource.get("UpdatePolicy", {}).get(UPDATE_POLICY)
    if policy is None:
        return None
    resolved: Properties = engine._resolve_refs(
        policy, stack["_resources"], {}, {}, {}, stack_name, stack["StackId"]
    )
    return resolved


def _deploy(policy: Properties, old: Properties, new: Properties) -> None:
    names = (policy["ApplicationName"], policy["DeploymentGroupName"])
    properties = RECORDS.groups[names]
    function, function_name = provisioners._lambda_function_for_cfn_ref(new["FunctionName"])[:2]
    deployment = Deployment(
        application=names[0],
        group=names[1],
        function=function_name,
        alias=new["Name"],
        source=str(old["FunctionVersion"]),
        target=str(new["FunctionVersion"]),
    )
    RECORDS.deployments[deployment.id] = deployment
    hook = policy.get("BeforeAllowTrafficHook")
    alarms = properties.get("AlarmConfiguration", {}).get("Alarms", [])
    group = DeploymentGroup(
        steps=read_traffic_shift(properties["DeploymentConfigName"]),
        alarms=[alarm["Name"] for alarm in alarms],
        is_in_alarm=_is_in_alarm,
        start_hook=(lambda *ids: _start_hook(hook, *ids)) if hook else None,
    )
    try:
        deployment.run(EmulatedAlias(function["aliases"][new["Name"]]), group)
    except DeploymentFailedError as error:
        raise ValueError(str(error)) from error  # CloudFormation's reason


def _is_in_alarm(name: str) -> bool:
    alarm = cloudwatch._alarms.get(name) or {}
    return bool(alarm.get("StateValue") == "ALARM")


def _start_hook(function: str, deployment_id: str, execution_id: str) -> None:
    """Invoke a hook with CodeDeploy's event, without waiting for its end."""
    event = {"DeploymentId": deployment_id, "LifecycleEventHookExecutionId": execution_id}
    client = botocore.session.get_session().create_client("lambda")
    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))
