"""CodeDeploy: its API, its resources in CloudFormation, and the update of a Lambda alias by it."""

import functools
import json
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ministack.services
from ministack import app
from ministack.core import iam_actions, router
from ministack.core.responses import error_response_json
from ministack.services import cloudwatch, iam
from ministack.services.cloudformation import provisioners

from tests.rehearsal.emulated.deployments import Deployment
from tests.rehearsal.emulated.traffic_shift import read_traffic_shift

Properties = Mapping[str, Any]
Response = tuple[int, dict[str, str], bytes]

JSON_TYPE = {"Content-Type": "application/x-amz-json-1.1"}


@dataclass
class Records:
    """What CodeDeploy keeps: deployment groups under the names of application and group."""

    applications: set[str] = field(default_factory=set)
    groups: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)


RECORDS = Records()


def add_codedeploy() -> None:
    """Add the service to the emulator, with its two types of CloudFormation resources."""
    service = types.ModuleType("ministack.services.codedeploy")
    service.handle_request = handle_request  # type: ignore[attr-defined]
    service.reset = lambda: None  # type: ignore[attr-defined]
    service.get_state = lambda: None  # type: ignore[attr-defined]
    service.load_persisted_state = lambda _data: None  # type: ignore[attr-defined]
    sys.modules[service.__name__] = service
    ministack.services.codedeploy = service
    app.SERVICE_REGISTRY["codedeploy"] = {"module": "codedeploy"}
    app.SERVICE_HANDLERS["codedeploy"] = app._lazy_handler("codedeploy")
    router.SERVICE_PATTERNS["codedeploy"] = {
        "target_prefixes": ["CodeDeploy_20141006"],
        "host_patterns": [r"codedeploy\."],
        "credential_scope": "codedeploy",
    }
    _enforce_grants()
    handlers = provisioners._RESOURCE_HANDLERS
    handlers["AWS::CodeDeploy::Application"] = {
        "create": _create_application,
        "delete": lambda name, _properties: RECORDS.applications.discard(name),
    }
    handlers["AWS::CodeDeploy::DeploymentGroup"] = {
        "create": _create_group,
        "update": _update_group,
        "delete": lambda name, properties: RECORDS.groups.pop(
            (properties["ApplicationName"], name), None
        ),
    }


def _enforce_grants() -> None:
    """Ask IAM for each call's action, and for the deployment group that it is about."""
    iam_actions.SERVICE_TO_IAM_NAMESPACE["codedeploy"] = "codedeploy"
    extract = iam_actions.extract_resource_arn

    def extract_group(*request: Any) -> Any:
        service, _method, _path, _headers, body, _query, region, account = request
        if service != "codedeploy":
            return extract(*request)
        name = find_group(json.loads(body or b"{}"))
        return f"arn:aws:codedeploy:{region}:{account}:deploymentgroup:{name}" if name else "*"

    iam_actions.extract_resource_arn = extract_group


def find_group(request: Properties) -> str | None:
    """Find the deployment group that a call is about, with its application before it.

    Source:
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscodedeploy.html
    """
    if deployment := RECORDS.deployments.get(request.get("deploymentId", "")):
        return f"{deployment.application}/{deployment.group}"
    group = request.get("deploymentGroupName") or request.get("currentDeploymentGroupName")
    return f"{request['applicationName']}/{group}" if group else None


async def handle_request(
    _method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: object
) -> Response:
    """Answer a call of CodeDeploy's API."""
    operation = headers.get("x-amz-target", "").rpartition(".")[2]
    if operation not in OPERATIONS:
        return _refuse("InvalidActionException", f"{operation} is not emulated")
    try:
        answer = OPERATIONS[operation](json.loads(body or b"{}"))
    except KeyError as error:
        return _refuse("InvalidRequestException", f"There is no {error.args[0]}")
    return 200, dict(JSON_TYPE), json.dumps(answer).encode()  # the emulator adds headers


def _refuse(code: str, message: str) -> Response:
    response: Response = error_response_json(code, message, 400)
    return response


def _list_deployments(request: Properties) -> object:
    statuses = request.get("includeOnlyStatuses")
    names = (request["applicationName"], request["deploymentGroupName"])
    return {
        "deployments": [
            deployment.id
            for deployment in reversed(RECORDS.deployments.values())
            if (deployment.application, deployment.group) == names
            and (not statuses or deployment.status in statuses)
        ]
    }


def _get_deployment(request: Properties) -> object:
    return {"deploymentInfo": RECORDS.deployments[request["deploymentId"]].describe()}


def _get_group(request: Properties) -> object:
    group = RECORDS.groups[request["applicationName"], request["deploymentGroupName"]]
    alarms = group.get("AlarmConfiguration", {}).get("Alarms", [])
    return {
        "deploymentGroupInfo": {
            "applicationName": request["applicationName"],
            "deploymentGroupName": request["deploymentGroupName"],
            "deploymentConfigName": group["DeploymentConfigName"],
            "alarmConfiguration": {
                "enabled": bool(alarms),
                "alarms": [{"name": alarm["Name"]} for alarm in alarms],
            },
        }
    }


def _set_group(request: Properties) -> object:
    group = RECORDS.groups[request["applicationName"], request["currentDeploymentGroupName"]]
    read_traffic_shift(request["deploymentConfigName"])
    group["DeploymentConfigName"] = request["deploymentConfigName"]
    return {"hooksNotCleanedUp": []}


def _stop_deployment(request: Properties) -> object:
    RECORDS.deployments[request["deploymentId"]].stop()
    return {"status": "Pending", "statusMessage": "The deployment is being stopped"}


def _continue_deployment(request: Properties) -> object:
    RECORDS.deployments[request["deploymentId"]].skip_wait()
    return {}


def _put_hook_status(request: Properties) -> object:
    deployment = RECORDS.deployments[request["deploymentId"]]
    if request["lifecycleEventHookExecutionId"] != deployment.hook_execution:
        raise KeyError(request["lifecycleEventHookExecutionId"])
    deployment.hook_status = request["status"]
    return {"lifecycleEventHookExecutionId": deployment.hook_execution}


OPERATIONS = {
    "ContinueDeployment": _continue_deployment,
    "GetDeployment": _get_deployment,
    "GetDeploymentGroup": _get_group,
    "ListApplications": lambda _request: {"applications": sorted(RECORDS.applications)},
    "ListDeployments": _list_deployments,
    "PutLifecycleEventHookExecutionStatus": _put_hook_status,
    "StopDeployment": _stop_deployment,
    "UpdateDeploymentGroup": _set_group,
}
"""``ContinueDeployment`` ends the wait of a canary, which CodeDeploy itself does not allow."""


def _create_application(logical_id: str, properties: Properties, stack: str) -> tuple[str, object]:
    name = _name("ApplicationName", logical_id, properties, stack)
    if name in RECORDS.applications:
        raise ValueError(f"Application already exists {name}")
    RECORDS.applications.add(name)
    return name, {}


def _create_group(logical_id: str, properties: Properties, stack: str) -> tuple[str, object]:
    name = _name("DeploymentGroupName", logical_id, properties, stack)
    if properties["ApplicationName"] not in RECORDS.applications:
        raise ValueError(f"No application found for name: {properties['ApplicationName']}")
    return _update_group(name, {}, properties, stack)


def _update_group(
    name: str, _old: Properties, properties: Properties, _stack: str
) -> tuple[str, object]:
    """Keep what a template says of a deployment group, checked as CodeDeploy checks it."""
    read_traffic_shift(properties["DeploymentConfigName"])
    role = iam._roles.get(properties["ServiceRoleArn"].rsplit("/", 1)[-1])
    if role is None or "codedeploy" not in json.dumps(role.get("AssumeRolePolicyDocument")):
        raise ValueError(f"Cannot assume role provided: {properties['ServiceRoleArn']}")
    for alarm in properties.get("AlarmConfiguration", {}).get("Alarms", []):
        if alarm["Name"] not in cloudwatch._alarms:
            raise ValueError(f"Alarm {alarm['Name']} does not exist")
    RECORDS.groups[properties["ApplicationName"], name] = dict(properties)
    return name, {}


def _name(key: str, logical_id: str, properties: Properties, stack: str) -> str:
    generate = functools.partial(provisioners._physical_name, max_len=100)
    return str(properties.get(key) or generate(stack, logical_id))
