import json
from typing import Any

import pytest
from aws_cdk import App, Stack, aws_apigateway

from functions.classify_api.stage_clients import find_caller
from infra.authorization import build_authorization, list_authorization_headers
from infra.cross_origin import build_preflight
from tests.infra.conftest import ALL_ON
from tests.infra.synthesized import SynthesizedStage
from windvane.api import problems
from windvane.api.request_body import body_too_large
from windvane.facts import CORS_HEADERS, PROBLEM_TYPE, SECURITY_HEADERS

PAGE_FILES = ("GET", "/console/{file}")
OPEN = {("GET", "/"), ("GET", "/health"), ("GET", "/docs"), PAGE_FILES}


def list_methods(stage: SynthesizedStage) -> dict[tuple[str, str], dict[str, Any]]:
    """Answer each method by its verb and path."""
    methods = [method["Properties"] for method in stage.find("AWS::ApiGateway::Method")]
    found = {(one["HttpMethod"], _path_of(stage, one["ResourceId"])): one for one in methods}
    return {name: one for name, one in found.items() if name[0] != "OPTIONS"}


def list_preflights(stage: SynthesizedStage) -> list[dict[str, Any]]:
    methods = [method["Properties"] for method in stage.find("AWS::ApiGateway::Method")]
    return [method for method in methods if method["HttpMethod"] == "OPTIONS"]


def _path_of(stage: SynthesizedStage, resource_id: dict[str, Any]) -> str:
    if "Ref" not in resource_id:
        return "/"
    properties = stage.template["Resources"][resource_id["Ref"]]["Properties"]
    return f"{_path_of(stage, properties['ParentId']).rstrip('/')}/{properties['PathPart']}"


def test_api_needs_a_key_for_all_but_the_open_routes(stage: SynthesizedStage) -> None:
    methods = list_methods(stage)

    without_key = {name for name, one in methods.items() if not one.get("ApiKeyRequired")}

    assert without_key == OPEN
    assert ("ANY", "/{proxy+}") in methods
    assert all(("ANY", path) in methods for _, path in OPEN)


def test_api_sends_every_request_to_the_alias(stage: SynthesizedStage) -> None:
    methods = list_methods(stage)

    assert methods
    for method in methods.values():
        assert stage.kind_of(method["Integration"]["Uri"]) == "AWS::Lambda::Alias"
        assert method["Integration"]["Type"] == "AWS_PROXY"


def test_api_has_a_key_in_a_plan_with_throttle_and_quota(stage: SynthesizedStage) -> None:
    description = {"dev": "Windvane dev", "prod": "Windvane prod", "all-on": "Windvane all-on"}
    plan = stage.only("AWS::ApiGateway::UsagePlan", Description=description[stage.name])
    link = stage.find("AWS::ApiGateway::UsagePlanKey")[0]["Properties"]

    assert plan["Throttle"]["RateLimit"] > 0
    assert plan["Throttle"]["BurstLimit"] > 0
    assert plan["Quota"]["Period"] == "DAY"
    assert stage.kind_of(plan["ApiStages"][0]["Stage"]) == "AWS::ApiGateway::Stage"
    assert stage.kind_of(link["KeyId"]) == "AWS::ApiGateway::ApiKey"


def test_api_throttles_the_open_routes_more(prod: SynthesizedStage) -> None:
    settings = prod.only("AWS::ApiGateway::Stage")["MethodSettings"]

    limits = {
        (one["HttpMethod"], _decode(one["ResourcePath"])): one["ThrottlingRateLimit"]
        for one in settings
    }

    assert limits == {
        ("*", "/*"): 1000,
        PAGE_FILES: 120,  # a dozen for each page
        **dict.fromkeys(OPEN - {PAGE_FILES}, 10),
    }


def _decode(resource_path: str) -> str:
    """Undo how API Gateway writes the slashes of a path after its first."""
    return "/" + resource_path[1:].removeprefix("~1").replace("~1", "/")


def test_api_access_log_is_json_without_address_or_body(stage: SynthesizedStage) -> None:
    setting = stage.only("AWS::ApiGateway::Stage")["AccessLogSetting"]

    logged = json.loads(setting["Format"])

    assert stage.kind_of(setting["DestinationArn"]) == "AWS::Logs::LogGroup"
    assert {"requestId", "status", "latencyMs", "apiKeyId"} <= set(logged)
    assert not any(word in setting["Format"] for word in ("sourceIp", "userAgent", "body"))


def test_api_never_logs_bodies(stage: SynthesizedStage) -> None:
    settings = stage.only("AWS::ApiGateway::Stage")["MethodSettings"]

    assert settings
    assert not any(one.get("DataTraceEnabled") for one in settings)


def read_problems(stage: SynthesizedStage) -> dict[str, dict[str, Any]]:
    """Answer API Gateway's own answers by its name for them."""
    answers = [one["Properties"] for one in stage.find("AWS::ApiGateway::GatewayResponse")]
    return {answer["ResponseType"]: answer for answer in answers}


def test_gateway_problems_have_the_shape_of_ours(stage: SynthesizedStage) -> None:
    ours = set(problems.Problem.__struct_fields__)

    answers = read_problems(stage)

    assert answers
    for answer in answers.values():
        document = json.loads(answer["ResponseTemplates"]["application/json"])
        has_status = "StatusCode" in answer
        assert set(document) == (ours if has_status else ours - {"status"})
        assert not has_status or str(document["status"]) == answer["StatusCode"]
        content_type = answer["ResponseParameters"]["gatewayresponse.header.Content-Type"]
        assert content_type == f"'{PROBLEM_TYPE}'"


@pytest.mark.parametrize(
    ("response", "status"),
    [
        ("INVALID_API_KEY", "403"),
        ("MISSING_AUTHENTICATION_TOKEN", "403"),
        ("UNAUTHORIZED", "401"),
        ("WAF_FILTERED", "403"),
        ("REQUEST_TOO_LARGE", "413"),
        ("THROTTLED", "429"),
        ("QUOTA_EXCEEDED", "429"),
        ("INTEGRATION_TIMEOUT", "504"),
        # A status here would become that of every other response: API Gateway's own stays.
        ("DEFAULT_4XX", None),
        ("DEFAULT_5XX", None),
    ],
)
def test_gateway_problem_has_its_status(
    prod: SynthesizedStage, response: str, status: str | None
) -> None:
    assert read_problems(prod)[response].get("StatusCode") == status


def test_gateway_problems_that_we_have_too_are_the_same(prod: SynthesizedStage) -> None:
    answer = read_problems(prod)["REQUEST_TOO_LARGE"]["ResponseTemplates"]["application/json"]

    ours = problems.to_problem(body_too_large())

    assert json.loads(answer)["type"] == ours.type
    assert json.loads(answer)["title"] == ours.title
    assert json.loads(answer)["detail"] == ours.detail


def test_gateway_unexpected_problem_is_the_local_servers(prod: SynthesizedStage) -> None:
    answer = read_problems(prod)["DEFAULT_5XX"]["ResponseTemplates"]["application/json"]

    assert json.loads(answer)["type"] == problems.UNEXPECTED.type
    assert json.loads(answer)["title"] == problems.UNEXPECTED.title


def test_api_compresses_large_responses(stage: SynthesizedStage) -> None:
    api = stage.only("AWS::ApiGateway::RestApi")

    assert api["MinimumCompressionSize"] == 4096
    assert "BinaryMediaTypes" not in api


def test_every_gateway_response_has_the_security_headers(stage: SynthesizedStage) -> None:
    for response in stage.find("AWS::ApiGateway::GatewayResponse"):
        sent = response["Properties"]["ResponseParameters"]
        for name, value in SECURITY_HEADERS.items():
            assert sent[f"gatewayresponse.header.{name}"] == f"'{value}'"


def test_api_answers_preflights_only_where_origins_are_allowed(
    prod: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    resources = len(all_on.find("AWS::ApiGateway::Resource"))

    assert list_preflights(prod) == []
    assert len(list_preflights(all_on)) == resources + 1  # the root


def test_preflight_needs_no_key_and_names_what_a_page_may_send(all_on: SynthesizedStage) -> None:
    for method in list_preflights(all_on):
        [response] = method["Integration"]["IntegrationResponses"]
        headers = {
            name.rpartition(".")[2]: value for name, value in response["ResponseParameters"].items()
        }
        assert (method["AuthorizationType"], method["ApiKeyRequired"]) == ("NONE", False)
        assert method["Integration"]["Type"] == "MOCK"
        assert headers["Access-Control-Allow-Origin"] == "'https://app.example.com'"
        assert '"https://admin.example.com"' in response["ResponseTemplates"]["application/json"]
        assert headers["Access-Control-Allow-Methods"] == "'GET,POST,DELETE'"
        allowed = headers["Access-Control-Allow-Headers"].strip("'").split(",")
        assert {"x-api-key", "authorization"} <= {*allowed}


@pytest.mark.parametrize(
    ("authorizer", "headers"),
    [
        (None, set()),
        ("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a", {"authorization"}),
        ("iam", {"authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"}),
    ],
)
def test_preflight_names_what_an_authorizer_reads(
    authorizer: str | None, headers: set[str]
) -> None:
    preflight = build_preflight(["https://a.example.com"], list_authorization_headers(authorizer))

    assert preflight is not None
    assert {*(preflight.allow_headers or [])} == {*CORS_HEADERS} | headers


def test_pages_of_the_first_origin_alone_may_read_gateway_responses(
    prod: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    name = "gatewayresponse.header.Access-Control-Allow-Origin"

    of_prod, of_all_on = (
        [one["ResponseParameters"].get(name) for one in read_problems(stage).values()]
        for stage in (prod, all_on)
    )

    assert set(of_prod) == {None}
    assert len(ALL_ON.allowed_origins) > 1
    assert set(of_all_on) == {f"'{ALL_ON.allowed_origins[0]}'"}


def test_gateway_responses_send_nothing_of_the_request_back(stage: SynthesizedStage) -> None:
    for response in read_problems(stage).values():
        values = response["ResponseParameters"].values()
        assert all(value[0] == value[-1] == "'" for value in values)


def test_api_has_a_key_and_a_plan_for_each_client(all_on: SynthesizedStage) -> None:
    plans = {
        plan["Properties"]["Description"]: plan["Properties"]
        for plan in all_on.find("AWS::ApiGateway::UsagePlan")
    }

    assert len(all_on.find("AWS::ApiGateway::ApiKey")) == len(plans) == 3
    assert len(all_on.find("AWS::ApiGateway::UsagePlanKey")) == 3
    assert plans["Windvane all-on: shop"]["Throttle"] == {"BurstLimit": 10, "RateLimit": 5}
    assert plans["Windvane all-on: mobile-app"]["Quota"]["Limit"] == 100_000
    outputs = all_on.template["Outputs"]
    assert all_on.kind_of(outputs["ApiKeyIdOfshop"]["Value"]) == "AWS::ApiGateway::ApiKey"
    assert "ApiKeyIdOfmobileapp" in outputs


def test_variables_of_the_stage_say_whose_keys_there_are(all_on: SynthesizedStage) -> None:
    keys = {
        key["Properties"]["Description"]: {"Ref": name}
        for name, key in all_on.template["Resources"].items()
        if key["Type"] == "AWS::ApiGateway::ApiKey"
    }

    variables = all_on.only("AWS::ApiGateway::Stage")["Variables"]

    assert variables == {
        "operator_keys": {"Fn::Join": ["", [keys["Windvane all-on"], ",fghij67890"]]},
        "client_shop": keys["Windvane all-on: shop"],
        "limited_client_mobile_app": {
            "Fn::Join": ["", [keys["Windvane all-on: mobile-app"], ",abcde12345"]]
        },
    }


def test_keys_do_not_wait_for_the_stage_that_names_them(stage: SynthesizedStage) -> None:
    for key in stage.find("AWS::ApiGateway::ApiKey"):
        assert "StageKeys" not in key["Properties"]
        assert "DependsOn" not in key


def test_function_reads_the_variables_that_the_stack_writes(all_on: SynthesizedStage) -> None:
    variables = all_on.only("AWS::ApiGateway::Stage")["Variables"]
    ids = {name: f"id{number}" for number, name in enumerate(variables)}

    callers = {
        find_caller({"requestContext": {"identity": {"apiKeyId": key_id}}, "stageVariables": ids})
        for key_id in ids.values()
    }

    assert {(caller.client, caller.limited_to) for caller in callers} == {
        (None, None),
        ("shop", None),
        ("mobile-app", "mobile-app"),
    }


def test_api_asks_for_a_user_beside_the_key_where_the_stage_says_so(
    prod: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    kinds = [
        {one["AuthorizationType"] for name, one in list_methods(stage).items() if name not in OPEN}
        for stage in (prod, all_on)
    ]

    assert kinds == [{"NONE"}, {"COGNITO_USER_POOLS"}]
    assert all_on.template["Outputs"]["Authorizer"]["Value"] == ALL_ON.authorizer
    authorizer = all_on.only("AWS::ApiGateway::Authorizer")
    assert authorizer["ProviderARNs"] == [ALL_ON.authorizer]
    assert all(
        one["ApiKeyRequired"] for name, one in list_methods(all_on).items() if name not in OPEN
    )


def test_api_may_ask_for_signed_requests() -> None:
    assert build_authorization(Stack(App(), "a"), "iam") == {
        "authorization_type": aws_apigateway.AuthorizationType.IAM
    }


def test_api_has_a_domain_of_its_own_where_the_stage_says_so(
    prod: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    domain = all_on.only("AWS::ApiGateway::DomainName")
    api = all_on.only("AWS::ApiGateway::RestApi")
    mapping = all_on.only("AWS::ApiGateway::BasePathMapping")

    assert not prod.find("AWS::ApiGateway::DomainName")
    assert (domain["DomainName"], domain["SecurityPolicy"]) == ("sentiment.example.com", "TLS_1_2")
    assert domain["RegionalCertificateArn"] == ALL_ON.certificate_arn
    assert all_on.kind_of(mapping["Stage"]) == "AWS::ApiGateway::Stage"
    assert api["DisableExecuteApiEndpoint"] is True
    assert all_on.template["Outputs"]["Endpoint"]["Value"] == "https://sentiment.example.com/text/"
    assert mapping["BasePath"] == "text"
    assert all_on.kind_of(all_on.template["Outputs"]["DomainTarget"]["Value"]) == (
        "AWS::ApiGateway::DomainName"
    )
