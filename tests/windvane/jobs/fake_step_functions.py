"""Step Functions on loopback: executions that run as far as a test says.

Requests are checked against the service's model in botocore, and so are the names of what is
answered.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.validate import ParamValidator

from tests.windvane.aws.fake_aws import Exchange, FakeAws, answer

REGION = "eu-west-1"
MACHINE = f"arn:aws:states:{REGION}:123456789012:stateMachine:windvane-test-jobs"
KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
COUNTS = {
    "rows": 5,
    "answered": 4,
    "rejected": 1,
    "labels": {"positive": 3},
    "unlabelled": 1,
    "seconds": 2.5,
    "manifest": "s3://out/results/one/manifest.json",
}
NO_ITEMS = dict.fromkeys(
    ("pending", "running", "succeeded", "failed", "timedOut", "aborted", "total"), 0
) | {"resultsWritten": 0}
MODEL = botocore.session.Session().get_service_model("stepfunctions")


class RefusalError(Exception):
    """What Step Functions refuses, by its name for it."""


class FakeStepFunctions:
    """One state machine and its executions, newest last.

    Attributes:
        executions: By name, as DescribeExecution answers.
        items: Counts of the map run of each execution that has one, by the execution's name.
        refused: Errors to answer next, whatever is asked.
        operations: What was asked, in order.
    """

    def __init__(self) -> None:
        self.executions: dict[str, dict[str, Any]] = {}
        self.items: dict[str, dict[str, int]] = {}
        self.refused: list[tuple[str, int]] = []
        self.operations: list[str] = []
        self.url = ""

    @property
    def environ(self) -> dict[str, str]:
        """What leads Windvane here."""
        return {**KEYS, "AWS_ENDPOINT_URL_SFN": self.url}

    def start(self, name: str, job_input: str = "{}") -> None:
        """Start an execution without a request."""
        self._start_execution({"stateMachineArn": MACHINE, "name": name, "input": job_input})

    def plan(self, name: str, total: int, **counts: int) -> None:
        """Let an execution begin its map, or go on with it."""
        self.items[name] = {**NO_ITEMS, "total": total, **counts}

    def end(self, name: str, status: str = "SUCCEEDED", **fields: Any) -> None:
        """Let an execution end."""
        if status == "SUCCEEDED":
            fields = {"output": json.dumps(COUNTS), **fields}
        self.executions[name] |= {"status": status, "stopDate": time.time(), **fields}

    def act(self, exchange: Exchange) -> None:
        """Answer a request."""
        asked = exchange.asked
        assert "/eu-west-1/states/aws4_request" in asked.headers["authorization"]
        operation = asked.headers["x-amz-target"].removeprefix("AWSStepFunctions.")
        self.operations.append(operation)
        if self.refused:
            _respond(exchange, {"__type": self.refused[0][0]}, self.refused.pop(0)[1])
            return
        try:
            _respond(exchange, self._answer(operation, asked.json))
        except RefusalError as error:
            _respond(exchange, {"__type": f"com.amazonaws.swf.service.v2.model#{error}"}, 400)

    def _answer(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        model = MODEL.operation_model(operation)
        report = ParamValidator().validate(parameters, model.input_shape)
        assert not report.has_errors(), report.generate_report()
        answer: dict[str, Any] = getattr(self, f"_{xform_name(operation)}")(parameters)
        assert answer.keys() <= model.output_shape.members.keys()
        return answer

    def _find(self, asked: Any) -> dict[str, Any]:
        for execution in self.executions.values():
            if execution["executionArn"] == asked["executionArn"]:
                return execution
        raise RefusalError("ExecutionDoesNotExist")

    def _start_execution(self, asked: Any) -> Any:
        if asked["stateMachineArn"] != MACHINE:
            raise RefusalError("StateMachineDoesNotExist")
        name = asked["name"]
        arn = f"{MACHINE.replace(':stateMachine:', ':execution:')}:{name}"
        known = self.executions.get(name)
        if known and (known["status"], known["input"]) != ("RUNNING", asked["input"]):
            raise RefusalError("ExecutionAlreadyExists")
        started = {"executionArn": arn, "startDate": time.time()}
        if not known:
            self.executions[name] = started | {
                "stateMachineArn": MACHINE,
                "name": name,
                "status": "RUNNING",
                "input": asked["input"],
                "inputDetails": {"included": True},
                "redriveCount": 0,
            }
        return {key: self.executions[name][key] for key in started}

    def _describe_execution(self, asked: Any) -> Any:
        return self._find(asked)

    def _list_executions(self, asked: Any) -> Any:
        token, wanted = asked.get("nextToken", "0"), asked.get("statusFilter")
        if not token.isdecimal():
            raise RefusalError("InvalidToken")
        shown = ("executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate")
        fitting = [
            {key: execution[key] for key in shown if key in execution}
            for execution in reversed(self.executions.values())
            if wanted in {None, execution["status"]}
        ]
        end = int(token) + asked["maxResults"]
        more = {"nextToken": str(end)} if end < len(fitting) else {}
        return {"executions": fitting[int(token) : end], **more}

    def _stop_execution(self, asked: Any) -> Any:
        execution = self._find(asked)
        if execution["status"] == "RUNNING":
            self.end(execution["name"], "ABORTED")
        return {"stopDate": execution["stopDate"]}

    def _redrive_execution(self, asked: Any) -> Any:
        execution = self._find(asked)
        if execution["status"] not in {"FAILED", "ABORTED", "TIMED_OUT"}:
            raise RefusalError("ExecutionNotRedrivable")
        execution |= {"status": "RUNNING", "redriveCount": execution["redriveCount"] + 1}
        for gone in ("stopDate", "error", "cause"):
            execution.pop(gone, None)
        return {"redriveDate": time.time()}

    def _list_map_runs(self, asked: Any) -> Any:
        name = self._find(asked)["name"]
        runs = [{"mapRunArn": f"{MACHINE.replace('stateMachine', 'mapRun')}/Classify:{name}"}]
        return {"mapRuns": runs if name in self.items else []}

    def _describe_map_run(self, asked: Any) -> Any:
        return {"itemCounts": self.items[asked["mapRunArn"].rpartition(":")[2]]}


def _respond(exchange: Exchange, body: dict[str, Any], status: int = 200) -> None:
    """Answer and let the caller close the connection: no test has to."""
    answer(json.dumps(body).encode(), status, {"connection": "close"})(exchange)


@contextmanager
def serve_step_functions() -> Iterator[FakeStepFunctions]:
    """Serve until the block ends."""
    fake = FakeStepFunctions()
    with FakeAws(fake.act).running() as server:
        fake.url = server.url
        yield fake
