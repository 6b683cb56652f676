"""Distributed Map as Step Functions runs it: stopped with its job, and redriven part by part.

The emulator's own finishes all parts whatever happens, and knows neither a redrive nor a share of
failures that is read from the input. See
https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html.
"""

import contextvars
import copy
import json
import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ministack.core.responses import new_uuid, now_iso
from ministack.services import stepfunctions as sfn

from tests.rehearsal.emulated.machine_roles import require

State = Mapping[str, Any]

COUNTED = ("pending", "running", "succeeded", "failed", "timedOut", "aborted")
UNUSED = ("resultsWritten", "failuresNotRedrivable", "pendingRedrive")
OPEN = ("PENDING", "RUNNING")
LOCK = threading.RLock()


def add_map_runs() -> None:
    """Run distributed maps here, and stop them with their execution."""
    stop = sfn._stop_execution

    def stop_with_map_runs(request: Mapping[str, Any]) -> Any:
        response = stop(request)
        for run in find_runs(request.get("executionArn")):
            abort(run)
        return response

    sfn._run_distributed_map = run_map
    sfn._stop_execution = stop_with_map_runs


def find_runs(execution_arn: object) -> list[dict[str, Any]]:
    """List the map runs of an execution."""
    return [run for run in sfn._map_runs.values() if run["executionArn"] == execution_arn]


def abort(run: dict[str, Any], status: str = "ABORTED") -> None:
    """End a map run that is not over: what it has not ended is aborted."""
    with LOCK:
        if run["status"] != "RUNNING":
            return
        for child in run["_children"]:
            if child["status"] in OPEN:
                child.update(status="ABORTED", stopDate=now_iso())
        count(run)
        run.update(status=status, stopDate=now_iso())


def run_map(  # noqa: PLR0913, PLR0917 - the emulator's own parameters
    state: State,
    raw_input: Any,
    effective: Any,
    iterator: State,
    execution: dict[str, Any],
    ctx: dict[str, Any],
) -> Any:
    """Run a map, or the rest of it: what succeeded before a redrive is not run again."""
    run = next(iter(find_runs(execution["executionArn"])), None)
    if run is None:
        run = start(state, effective, execution, ctx)
    else:
        restart(run)
    tolerated = sfn._resolve_path_or_ctx(state["ToleratedFailurePercentagePath"], effective, ctx)
    attempt = run["redriveCount"]

    def work(child: dict[str, Any]) -> None:
        with LOCK:
            if run["redriveCount"] != attempt or child["status"] != "PENDING":
                return
            child.update(status="RUNNING", startDate=now_iso())
            count(run)
        outcome = run_child(child, iterator, ctx)
        with LOCK:
            if run["redriveCount"] != attempt or child["status"] != "RUNNING":
                return
            child.update(outcome, stopDate=now_iso())
            count(run)
            if run["itemCounts"]["failed"] * 100 > tolerated * len(run["_children"]):
                abort(run, "FAILED")

    with ThreadPoolExecutor(state.get("MaxConcurrency") or 64) as pool:
        for child in run["_children"]:
            pool.submit(contextvars.copy_context().run, work, child)
    return end(run, attempt, state, raw_input, ctx)


def start(
    state: State, effective: Any, execution: Mapping[str, Any], ctx: dict[str, Any]
) -> dict[str, Any]:
    """Read the items and make a map run of them."""
    parts = execution["stateMachineArn"].split(":")
    name = f"{parts[6]}/{state['Label']}"
    prefix = ":".join(parts[:5])
    run: dict[str, Any] = {
        "mapRunArn": f"{prefix}:mapRun:{name}:{new_uuid()}",
        "executionArn": execution["executionArn"],
        "status": "RUNNING",
        "startDate": now_iso(),
        "maxConcurrency": state.get("MaxConcurrency", 0),
        "toleratedFailurePercentage": 0.0,
        "toleratedFailureCount": 0,
        "redriveCount": 0,
        "_stateMachineArn": f"{prefix}:stateMachine:{name}",
    }
    inputs = [
        select(state, effective, ctx, item) for item in enumerate(read(state, effective, ctx))
    ]
    run["_children"] = [build_child(run, f"{prefix}:execution:{name}", each) for each in inputs]
    sfn._executions.update({child["executionArn"]: child for child in run["_children"]})
    count(run)
    sfn._map_runs[run["mapRunArn"]] = run
    return run


def read(state: State, effective: Any, ctx: dict[str, Any]) -> list[Any]:
    """Read the items from S3, with the role of the state machine."""
    reader = state["ItemReader"]
    place = sfn._resolve_params_obj(reader["Parameters"], effective, ctx)
    arn = f"arn:aws:s3:::{place['Bucket']}/{place['Key']}"
    require("s3:GetObject", arn, error="States.ItemReaderFailed")
    items: list[Any] = sfn._read_map_items(reader, effective, ctx)
    return items


def select(state: State, effective: Any, ctx: dict[str, Any], item: tuple[int, Any]) -> Any:
    """Build what a child execution is given for an item."""
    item_ctx = {**ctx, "Map": {"Item": {"Index": item[0], "Value": item[1]}}}
    selector = state.get("ItemSelector")
    return sfn._resolve_params_obj(selector, effective, item_ctx) if selector else item[1]


def build_child(run: Mapping[str, Any], prefix: str, given: object) -> dict[str, Any]:
    """Build a child execution that waits."""
    name = new_uuid()
    return {
        "executionArn": f"{prefix}:{name}",
        "stateMachineArn": run["_stateMachineArn"],
        "mapRunArn": run["mapRunArn"],
        "name": name,
        "status": "PENDING",
        "startDate": now_iso(),
        "stopDate": None,
        "input": json.dumps(given),
        "output": None,
        "events": [],
    }


def restart(run: dict[str, Any]) -> None:
    """Let what did not succeed wait again."""
    with LOCK:
        for child in run["_children"]:
            if child["status"] != "SUCCEEDED":
                child.update(status="PENDING", stopDate=None, error=None, cause=None)
        run.update(status="RUNNING", redriveCount=run["redriveCount"] + 1, redriveDate=now_iso())
        run.pop("stopDate", None)
        count(run)


def run_child(child: dict[str, Any], iterator: State, ctx: Mapping[str, Any]) -> dict[str, Any]:
    """Run a child execution, and return what becomes of its record."""
    given, own_ctx = json.loads(child["input"]), copy.deepcopy(dict(ctx))
    try:
        output = sfn._run_sub_machine(
            iterator["States"], iterator["StartAt"], given, child, own_ctx
        )
    except sfn._ExecutionError as error:
        return {"status": "FAILED", "error": error.error, "cause": error.cause}
    return {"status": "SUCCEEDED", "output": json.dumps(output)}


def count(run: dict[str, Any]) -> None:
    """Count the parts of a map run by their status."""
    statuses = Counter(child["status"].lower() for child in run["_children"])
    counts = {**dict.fromkeys((*COUNTED, *UNUSED), 0), **statuses, "total": len(run["_children"])}
    run.update(itemCounts=counts, executionCounts=dict(counts))


def end(
    run: dict[str, Any], attempt: int, state: State, raw_input: Any, ctx: dict[str, Any]
) -> Any:
    """End the state; where the job was stopped, the thread ends and leaves everything as it is."""
    with LOCK:
        if run["redriveCount"] != attempt or run["status"] == "ABORTED":
            raise SystemExit
        if run["status"] == "FAILED":
            raise sfn._ExecutionError(
                "States.ExceedToleratedFailureThreshold",
                "The specified tolerated failure threshold was exceeded",
            )
        run.update(status="SUCCEEDED", stopDate=now_iso())
    results = [json.loads(child["output"] or "null") for child in run["_children"]]
    output = sfn._apply_result_path(state, raw_input, results)
    return sfn._apply_output_path(state, output, ctx), sfn._next_or_end(state)
