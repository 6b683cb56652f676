"""RedriveExecution of Step Functions: an execution goes on at the state that failed.

See https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html.
"""

import contextvars
import json
import threading
from collections.abc import Mapping
from typing import Any

from ministack.core.responses import error_response_json, json_response, now_iso
from ministack.services import stepfunctions as sfn

from tests.rehearsal.emulated.machine_roles import enter_role

REDRIVABLE = ("ABORTED", "FAILED", "TIMED_OUT")
ENTERED = "StateEntered"
OPERATION = "AWSStepFunctions.RedriveExecution"


def add_redrive() -> None:
    """Add the operation, and what DescribeExecution says of it."""
    handle, describe = sfn.handle_request, sfn._describe_execution

    async def handle_with_redrive(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: object
    ) -> Any:
        if headers.get("x-amz-target") == OPERATION:
            return sfn._finalize_response(redrive(json.loads(body)["executionArn"]))
        return await handle(method, path, headers, body, query)

    def describe_with_redrive(request: Mapping[str, Any]) -> Any:
        status, headers, body = describe(request)
        execution = sfn._executions.get(request.get("executionArn"))
        return status, headers, describe_redrive(body, execution) if execution else body

    sfn.handle_request = handle_with_redrive
    sfn._describe_execution = describe_with_redrive


def describe_redrive(body: bytes, execution: Mapping[str, Any]) -> bytes:
    """Add how often an execution was redriven, and whether it can be."""
    can = "REDRIVABLE" if execution["status"] in REDRIVABLE else "NOT_REDRIVABLE"
    redrives = {"redriveCount": execution.get("redriveCount", 0), "redriveStatus": can}
    return json.dumps({**json.loads(body), **redrives}).encode()


def redrive(execution_arn: str) -> Any:
    """Let an execution go on in a thread of its own."""
    execution = sfn._executions.get(execution_arn)
    if execution is None:
        return error_response_json("ExecutionDoesNotExist", f"No execution {execution_arn}", 400)
    if execution["status"] not in REDRIVABLE:
        return error_response_json("ExecutionNotRedrivable", "It cannot be redriven", 400)
    execution.update(
        status="RUNNING", stopDate=None, output=None, error=None, cause=None,
        redriveCount=execution.get("redriveCount", 0) + 1,
    )  # fmt: skip
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(go_on, execution), daemon=True).start()
    return json_response({"redriveDate": now_iso()})


def go_on(execution: dict[str, Any]) -> None:
    """Run the states from the one that failed."""
    enter_role(execution)
    machine = sfn._state_machines[execution["stateMachineArn"]]
    states = json.loads(machine["definition"])["States"]
    name, given = find_last_state(execution)
    ctx = {
        "Execution": {"Id": execution["executionArn"], "Name": execution["name"]},
        "QueryLanguage": "JSONPath",
        "variables": {},
    }
    run = {"Task": sfn._execute_task, "Map": sfn._execute_map}
    try:
        while name and execution["status"] == "RUNNING":
            state = states[name]
            ctx["State"] = {"Name": name, "EnteredTime": now_iso(), "RetryCount": 0}
            details = {"name": name, "input": json.dumps(given)}
            event = f"{state['Type']}{ENTERED}"
            sfn._add_event(execution, event, {"stateEnteredEventDetails": details})
            given, name = run[state["Type"]](state, given, execution, ctx)
    except sfn._ExecutionError as error:
        sfn._fail_execution(execution, error.error, error.cause)
        return
    if execution["status"] == "RUNNING":
        execution.update(status="SUCCEEDED", output=json.dumps(given), stopDate=now_iso())
        sfn._emit_execution_status_event(execution)


def find_last_state(execution: Mapping[str, Any]) -> tuple[str, Any]:
    """Return the state that an execution entered last, and its input."""
    for event in reversed(execution["events"]):
        if event["type"].endswith(ENTERED):
            details = event["stateEnteredEventDetails"]
            return details["name"], json.loads(details["input"])
    raise LookupError("no state was entered")
