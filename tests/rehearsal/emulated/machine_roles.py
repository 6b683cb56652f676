"""IAM of state machines: what one calls, and what starts one, needs a grant of its role.

The emulator asks for none. It also takes a map run for no resource.
"""

import json
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.responses import get_account_id, get_region
from ministack.services import eventbridge
from ministack.services import stepfunctions as sfn

ROLE: ContextVar[str] = ContextVar("role")
"""ARN of the role of the state machine that runs in this context."""
MAP_RUN = "mapRunArn"


def add_machine_roles() -> None:
    """Ask for the grants."""
    run, call, invoke = sfn._run_execution, sfn._call_lambda, eventbridge._invoke_target
    extract = iam_actions.extract_resource_arn

    def run_as_role(execution_arn: str) -> None:
        enter_role(sfn._executions[execution_arn])
        run(execution_arn)

    def call_function(function: str, event: object) -> Any:
        require("lambda:InvokeFunction", function, error="Lambda.AWSLambdaException")
        return call(function, event)

    def invoke_target(target: Mapping[str, Any], *event: Any) -> None:
        arn = target["Arn"]
        if ":states:" not in arn or is_allowed(target["RoleArn"], "states:StartExecution", arn):
            invoke(target, *event)

    def extract_map_run(*request: Any) -> Any:
        return find_map_run(request) or extract(*request)

    sfn._run_execution = run_as_role
    sfn._call_lambda = call_function
    eventbridge._invoke_target = invoke_target
    iam_actions.extract_resource_arn = extract_map_run


def enter_role(execution: Mapping[str, Any]) -> None:
    """Let this context have the role of an execution's state machine."""
    ROLE.set(sfn._state_machines[execution["stateMachineArn"]]["roleArn"])


def require(action: str, resource: str, *, error: str) -> None:
    """Fail the state with an error, unless the role of the state machine allows an action."""
    if not is_allowed(ROLE.get(), action, resource):
        raise sfn._ExecutionError(error, f"{ROLE.get()} is not authorized to perform: {action}")


def is_allowed(role_arn: str, action: str, resource: str) -> bool:
    """Whether a role's policies allow an action on a resource."""
    account = get_account_id()
    request = iam_evaluator.EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=get_region(),
    )
    policies = iam_evaluator._gather_role_policies(role_arn.rpartition("/")[2], account)
    return bool(iam_evaluator.evaluate(request, policies).decision == "Allow")


def find_map_run(request: tuple[Any, ...]) -> str | None:
    """Return the ARN of the map run that a request is about, if it is about one."""
    bodies = [part for part in request if isinstance(part, bytes) and MAP_RUN.encode() in part]
    if "states" not in request or not bodies:
        return None
    arn: str | None = json.loads(bodies[0]).get(MAP_RUN)
    return arn
