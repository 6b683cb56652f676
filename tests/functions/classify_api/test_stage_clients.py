"""Who sends a request, by what API Gateway writes into the event."""

from typing import Any

import pytest
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.classify_api.stage_clients import find_caller
from tests.functions.classify_api.lambda_process import start_lambda_app
from tests.windvane.api.events import build_rest_event
from windvane.api.caller import Caller

VARIABLES = {
    "operator_keys": "op1,op2",
    "client_mobile_app": "app1",
    "limited_client_partner": "par1,par2",
    "limited_client_client_x": "x1",
    "client_limited": "lim1",
    "somebody_elses": "else1",
}


def build_event(key_id: object, variables: object = None) -> dict[str, Any]:
    event = build_rest_event("GET", "/v1/model")
    event["requestContext"]["identity"]["apiKeyId"] = key_id
    event["stageVariables"] = variables
    return event


@pytest.mark.parametrize(
    ("key_id", "client", "limited_to"),
    [
        ("op1", None, None),
        ("op2", None, None),
        ("app1", "mobile-app", None),
        ("par1", "partner", "partner"),
        ("par2", "partner", "partner"),
        ("x1", "client-x", "client-x"),
        ("lim1", "limited", None),
        ("else1", "key:else1", "key:else1"),
        ("op", "key:op", "key:op"),
        ("op1,op2", "key:op1,op2", "key:op1,op2"),
        ("", "key:", "key:"),
    ],
)
def test_caller_is_whom_the_stage_names(
    key_id: str, client: str | None, limited_to: str | None
) -> None:
    caller = find_caller(build_event(key_id, VARIABLES))

    assert caller == Caller(key_id, client, limited_to)


@pytest.mark.parametrize("variables", [None, {}, {"client_app": "key1"}])
def test_stage_from_before_limits_nobody(variables: dict[str, str] | None) -> None:
    assert find_caller(build_event("key1", variables)) == Caller("key1")


@pytest.mark.parametrize(
    "event",
    [
        {"httpMethod": "GET", "path": "/health"},
        {"requestContext": None},
        {"requestContext": {"identity": None}},
        {"requestContext": {"identity": {"sourceIp": "192.0.2.1"}}},
    ],
)
def test_event_without_a_key_comes_from_who_may_invoke_the_function(event: dict[str, Any]) -> None:
    assert find_caller(event) == Caller()


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (build_event(5, VARIABLES), "requestContext"),
        (build_event(["op1"], VARIABLES), "requestContext"),
        (build_event({"op1": 1}), "requestContext"),
        (build_event("op1", ["operator_keys"]), "stageVariables"),
        (build_event("op1", "operator_keys"), "stageVariables"),
        (build_event("par1", {"operator_keys": ["par1"]}), "stageVariables"),
        (build_event("par1", {"operator_keys": {"par1": 1}}), "stageVariables"),
    ],
)
def test_event_of_another_form_is_refused(
    event: dict[str, Any], field: str, environ: dict[str, str]
) -> None:
    answer = start_lambda_app(environ).resolve(event, LambdaContext())

    assert answer["statusCode"] == 400
    assert field in answer["body"]
