"""A Lambda alias with weights, and its update by a deployment of CodeDeploy."""

import contextlib
import contextvars
import json
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from ministack.services import cloudwatch, lambda_svc
from ministack.services.cloudformation import _stacks, engine, provisioners, stacks

from tests.rehearsal.emulated.codedeploy import OPERATIONS, RECORDS
from tests.rehearsal.emulated.deployments import (
    Deployment,
    DeploymentFailedError,
    DeploymentGroup,
    read_app_spec,
)
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
    OPERATIONS["CreateDeployment"] = _create_deployment
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
    function_name = provisioners._lambda_function_for_cfn_ref(new["FunctionName"])[1]
    deployment = Deployment(
        application=policy["ApplicationName"],
        group=policy["DeploymentGroupName"],
        function=function_name,
        alias=new["Name"],
        source=str(old["FunctionVersion"]),
        target=str(new["FunctionVersion"]),
    )
    RECORDS.deployments[deployment.id] = deployment
    try:
        _run(deployment, policy.get("BeforeAllowTrafficHook"))
    except DeploymentFailedError as error:
        raise ValueError(str(error)) from error  # CloudFormation's reason


def _create_deployment(request: Properties) -> object:
    deployment, hook = read_app_spec(request)
    RECORDS.deployments[deployment.id] = deployment
    start_deployment(deployment, hook)
    return {"deploymentId": deployment.id}


def _run(deployment: Deployment, hook: str | None) -> None:
    properties = RECORDS.groups[deployment.application, deployment.group]
    alarms = properties.get("AlarmConfiguration", {}).get("Alarms", [])
    group = DeploymentGroup(
        steps=read_traffic_shift(properties["DeploymentConfigName"]),
        alarms=[alarm["Name"] for alarm in alarms],
        is_in_alarm=_is_in_alarm,
        start_hook=(lambda *ids: _start_hook(hook, *ids)) if hook else None,
    )
    function = provisioners._lambda_function_for_cfn_ref(deployment.function)[0]
    deployment.run(EmulatedAlias(function["aliases"][deployment.alias]), group)


def start_deployment(deployment: Deployment, hook: str | None) -> None:
    """Run a deployment that an operator started beside everything else."""

    def run() -> None:
        with contextlib.suppress(DeploymentFailedError):  # its status says so
            _run(deployment, hook)

    # Whose account and region a request is for is part of its context.
    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()


def _is_in_alarm(name: str) -> bool:
    alarm = cloudwatch._alarms.get(name) or {}
    return bool(alarm.get("StateValue") == "ALARM")


def _start_hook(function: str, deployment_id: str, execution_id: str) -> None:
    """Invoke a hook with CodeDeploy's event, without waiting for its end."""
    event = {"DeploymentId": deployment_id, "LifecycleEventHookExecutionId": execution_id}
    client = botocore.session.get_session().create_client("lambda")
    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))
