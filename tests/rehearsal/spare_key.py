"""A second API key, made as an operator makes one, with a quota that is soon used up."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.rehearsal.caller import Caller
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import expect_equal

NAME = "rehearsal"
QUOTA = {"limit": 1, "period": "DAY"}


def check_quota(stage: DeployedStage, caller: Caller) -> None:
    """A second key with a quota of one request: no results of others, then 429 quota-exceeded."""
    with make_key(stage) as key:
        page = caller.send("GET", "/v1/results", key=key).expect(200).json
        expect_equal("results of a key that the stage does not name", page["results"], [])
        caller.send("GET", "/v1/results", key=key).expect_problem(429, "quota-exceeded")
    caller.send("GET", "/v1/results", key=key).expect_problem(403, "key-needed")


@contextmanager
def make_key(stage: DeployedStage) -> Iterator[str]:
    """Make a key and its usage plan for the block, and yield the key's value."""
    gateway = stage.cloud.client("apigateway")
    key = gateway.create_api_key(name=NAME, enabled=True)
    api = {"apiId": stage.find_resource("AWS::ApiGateway::RestApi"), "stage": stage.name}
    plan = gateway.create_usage_plan(name=NAME, apiStages=[api], quota=QUOTA)
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    try:
        yield key["value"]
    finally:
        gateway.delete_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"])
        gateway.delete_api_key(apiKey=key["id"])
        plan_stage = f"{api['apiId']}:{api['stage']}"
        removal = {"op": "remove", "path": "/apiStages", "value": plan_stage}
        gateway.update_usage_plan(usagePlanId=plan["id"], patchOperations=[removal])
        gateway.delete_usage_plan(usagePlanId=plan["id"])
