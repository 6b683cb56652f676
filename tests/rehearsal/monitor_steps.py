"""The drift monitor: a run writes metrics, and fails without any of its grants."""

import json
import time
from collections.abc import Callable
from typing import Any

from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from tests.rehearsal.function_grants import LOG_GRANTS, FunctionGrants, TakeAway
from windvane.facts import MONITOR_SUFFIX, MetricName

SCHEDULED = {"source": "aws.events", "detail-type": "Scheduled Event"}
LOG_SECONDS = 30
LOOK_SECONDS = 0.5


def name_monitor(stage: DeployedStage) -> str:
    """Return the name of the monitor's function."""
    return stage.stack_name + MONITOR_SUFFIX


def run_monitor(stage: DeployedStage) -> Any:
    """Invoke the function as its schedule does, and return its response."""
    return stage.cloud.client("lambda").invoke(
        FunctionName=name_monitor(stage), Payload=json.dumps(SCHEDULED).encode()
    )


def compare_day(stage: DeployedStage, model: str) -> None:
    """The drift monitor compares the day's results, and writes metrics without a text."""
    response = run_monitor(stage)
    said = json.loads(response["Payload"].read())
    expect_that("monitor", "FunctionError" not in response, expected="no error", got=said)
    expect_equal("model", said["model"], model)
    expect_that("records", said["records"] > 0, expected="some", got=said)
    figures = _wait_for_metrics(stage)
    expect_equal(MetricName.DRIFT_RECORDS, figures[MetricName.DRIFT_RECORDS], [said["records"]])
    named = [name for name in figures if name.startswith(MetricName.DRIFT_PREFIX)]
    expect_that("figures", len(named) > 1, expected="a figure of each feature", got=named)


def _wait_for_metrics(stage: DeployedStage) -> Any:
    """Wait for the line of the function's log that holds its metrics.

    Raises:
        StepError: It does not come.
    """
    config = stage.cloud.client("lambda").get_function_configuration(
        FunctionName=name_monitor(stage)
    )
    group = config["LoggingConfig"]["LogGroup"]
    until = time.monotonic() + LOG_SECONDS
    lines: list[str] = []
    while time.monotonic() < until:
        events = stage.cloud.client("logs").filter_log_events(logGroupName=group)["events"]
        lines = [line for event in events for line in event["message"].splitlines()]
        for line in lines:
            if MetricName.DRIFT_RECORDS in line and line.startswith("{"):
                return json.loads(line)
        time.sleep(LOOK_SECONDS)
    raise StepError("log", expected=MetricName.DRIFT_RECORDS, got=lines)


def fail_to_compare(stage: DeployedStage, take_away: TakeAway) -> None:
    """A process that starts then fails, which an alarm tells."""
    functions = stage.cloud.client("lambda")
    name = {"FunctionName": name_monitor(stage)}
    description = functions.get_function_configuration(**name)["Description"]
    take_away()
    # What is changed is started anew.
    functions.update_function_configuration(**name, Description=f"{description}, once more")
    try:
        response = run_monitor(stage)
        said = response["Payload"].read()
        expect_that("monitor", "FunctionError" in response, expected="an error", got=said)
    finally:
        functions.update_function_configuration(**name, Description=description)


Control = Callable[[DeployedStage, TakeAway], None]

MONITOR_CONTROLS: dict[str, Control] = {
    "dynamodb:Query": fail_to_compare,
    "lambda:GetFunctionConfiguration": fail_to_compare,
    "s3:GetObject": fail_to_compare,
}


def open_monitor_grants(stage: DeployedStage) -> FunctionGrants:
    """Open the grants of the monitor's function."""
    return FunctionGrants(
        stage=stage,
        function=name_monitor(stage),
        controlled=frozenset(MONITOR_CONTROLS),
        not_enforced=LOG_GRANTS,
    )
