"""A challenger in shadow: what it records, and that no caller notices it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.rehearsal.caller import Caller
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from tests.rehearsal.function_grants import LOG_GRANTS, FunctionGrants, TakeAway
from tests.rehearsal.stage_commands import StageCommands
from windvane.facts import SHADOW_PARTITION_PREFIX, SHADOW_SUFFIX

TEXTS = ("I love it", "I hate it", "I love it")
OPPOSITES = ("negative", "positive", "negative")
"""What the challenger answers, which has the labels in the opposite order."""

RECORD_SECONDS = 180
BATCH_SECONDS = 30
"""How long any records are waited for, and those of one batch, in which the challenger starts."""
LOOK_SECONDS = 0.5
QUIET_SECONDS = 5
"""How long it is waited for a record that must not come."""

NOWHERE = "s3://no-such-bucket/bundles/000000000000/"


@dataclass(frozen=True, kw_only=True)
class ShadowedStage:
    """A stage whose challenger answers every text.

    Attributes:
        stage: The deployed stage.
        commands: Its commands.
        caller: A caller of its API.
        challenger: The challenger's bundle, ``name@version``.
    """

    stage: DeployedStage
    commands: StageCommands
    caller: Caller
    challenger: str

    @property
    def function(self) -> str:
        """Name of the challenger's function."""
        return self.stage.stack_name + SHADOW_SUFFIX

    def classify(self) -> list[str]:
        """Send a batch, which the champion answers as always, and return the ids of its results.

        Raises:
            StepError: It is answered otherwise.
        """
        answer = self.caller.send("POST", "/v1/classify", {"texts": list(TEXTS)}).expect(200).json
        labels = [result["label"] for result in answer["results"]]
        expect_equal("labels", labels, ["positive", "negative", "positive"])
        return [str(result["result_id"]) for result in answer["results"]]

    def list_recorded(self) -> set[str]:
        """List the ids of the results that the challenger has recorded."""
        pages = self.stage.cloud.client("dynamodb").get_paginator("scan")
        found = pages.paginate(
            TableName=self.stage.outputs["TableName"],
            FilterExpression="begins_with(pk, :prefix)",
            ExpressionAttributeValues={":prefix": {"S": SHADOW_PARTITION_PREFIX}},
        )
        return {item["result_id"]["S"] for page in found for item in page["Items"]}

    def record(self) -> list[str]:
        """Send a batch that the challenger records, and return the ids of its results.

        On a busy machine the emulator may take an event too late, and the API then sends none for a
        while; so a batch that is not recorded is followed by another.

        Raises:
            StepError: None is recorded.
        """
        until = time.monotonic() + RECORD_SECONDS
        ids: list[str] = []
        while time.monotonic() < until:
            ids = self.classify()
            if self._is_recorded(ids):
                return ids
        raise StepError("challenger", expected=f"records of {ids}", got=self.list_recorded())

    def _is_recorded(self, ids: list[str]) -> bool:
        until = time.monotonic() + BATCH_SECONDS
        while time.monotonic() < until:
            if {*ids} <= self.list_recorded():
                return True
            time.sleep(LOOK_SECONDS)
        return False

    def expect_nothing(self) -> None:
        """Send a batch, which is answered as always and of which the challenger records nothing.

        Raises:
            StepError: It is not so.
        """
        before, ids = self.list_recorded(), self.classify()
        time.sleep(QUIET_SECONDS)
        expect_equal("records beside those before", self.list_recorded() - before, set())
        for result_id in ids:
            self.caller.send("GET", f"/v1/results/{result_id}").expect(200)


def compare_in_shadow(shadowed: ShadowedStage) -> None:
    """A challenger answers in shadow: windvane releases compare has each text, callers nothing."""
    ids = shadowed.record()
    said = json.loads(shadowed.commands.releases("compare", "--json"))
    expect_equal("challenger", said["challenger"], shadowed.challenger)
    expect_equal("texts", said["texts"], len(shadowed.list_recorded()))  # windvane smoke's too
    listed = {one["result_id"]: one["challenger_label"] for one in said["disagreements"]}
    expect_equal("challenger's labels", [listed.get(each) for each in ids], [*OPPOSITES])
    listing = shadowed.caller.send("GET", "/v1/results?limit=200").expect(200).json
    models = {result["model"] for result in listing["results"]}
    expect_that("models", shadowed.challenger not in models, expected="no challenger", got=models)


def break_challenger(shadowed: ShadowedStage) -> None:
    """A challenger whose bundle is gone: answers are as always, none is recorded in shadow."""
    functions = shadowed.stage.cloud.client("lambda")
    name = {"FunctionName": shadowed.function}
    variables = functions.get_function_configuration(**name)["Environment"]["Variables"]
    broken = {**variables, "WINDVANE_BUNDLE_URI": NOWHERE}
    functions.update_function_configuration(**name, Environment={"Variables": broken})
    try:
        shadowed.expect_nothing()
    finally:
        functions.update_function_configuration(**name, Environment={"Variables": variables})


def record_nothing(shadowed: ShadowedStage, take_away: TakeAway) -> None:
    """Answers are as always, and none is recorded in shadow."""
    take_away()
    shadowed.expect_nothing()


def start_nothing(shadowed: ShadowedStage, take_away: TakeAway) -> None:
    """A challenger that starts cannot fetch its bundle: answers are as always, none in shadow."""
    functions: Any = shadowed.stage.cloud.client("lambda")
    name = {"FunctionName": shadowed.function}
    description = functions.get_function_configuration(**name)["Description"]
    take_away()
    # What is changed is started anew.
    functions.update_function_configuration(**name, Description=f"{description}, once more")
    try:
        shadowed.expect_nothing()
    finally:
        functions.update_function_configuration(**name, Description=description)


Control = Callable[[ShadowedStage, TakeAway], None]

CHALLENGER_CONTROLS: dict[str, Control] = {
    "dynamodb:BatchWriteItem": record_nothing,
    "s3:GetObject": start_nothing,
}
API_CONTROLS: dict[str, Control] = {"lambda:InvokeFunction": record_nothing}
"""Last: where it is not allowed, the API sends nothing for a while afterwards."""


def open_challenger_grants(shadowed: ShadowedStage) -> FunctionGrants:
    """Open the grants of the challenger's function."""
    return FunctionGrants(
        stage=shadowed.stage,
        function=shadowed.function,
        controlled=frozenset(CHALLENGER_CONTROLS),
        not_enforced=LOG_GRANTS,
    )


def open_api_grants(shadowed: ShadowedStage) -> FunctionGrants:
    """Open the grant by which the API reaches the challenger."""
    return FunctionGrants(
        stage=shadowed.stage,
        function=shadowed.stage.stack_name,
        controlled=frozenset(API_CONTROLS),
        not_enforced={},
    )
