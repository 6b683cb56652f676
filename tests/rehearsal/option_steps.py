"""Options of a stage: each function is a step, and its first line is the step's title."""

import json
from collections.abc import Callable
from dataclasses import replace

from infra.stage_tables import Client
from infra.stages import Stage
from tests.rehearsal.caller import Caller, Response
from tests.rehearsal.cloud_emulator import ACCOUNT, REGION, EmulatedCloud
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.enforcement import WRONG_SECRET
from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from windvane.aws.credentials import Credentials
from windvane.cli.smoke.authorization import RequestSignature
from windvane.facts import LIVE_ALIAS

OUTSIDER = "outsider"
INVOKER = "invoker"
TAGGED = ("events", "lambda", "s3", "sns", "sqs")
"""Services whose tags the emulator finds, beside the API's."""


def sign_as(caller: Caller, cloud: EmulatedCloud) -> Caller:
    """Return a caller with the same key who signs as somebody."""
    credentials = Credentials(cloud.keys["AWS_ACCESS_KEY_ID"], cloud.keys["AWS_SECRET_ACCESS_KEY"])
    signature = RequestSignature(region=REGION, get_credentials=lambda: credentials)
    return replace(caller, authorization=signature)


def check_signatures(stage: DeployedStage, caller: Caller) -> Caller:
    """Callers sign: without a signature, a grant or the right secret 403, and without a key too.

    Returns:
        A caller who may call the API, and nothing else of the account.
    """
    cloud = stage.cloud
    invoker = _create_invoker(stage)
    forger = cloud.sign_as({**WRONG_SECRET, "AccessKeyId": invoker.keys["AWS_ACCESS_KEY_ID"]})
    caller.send("GET", "/health", key=None).expect(200)
    caller.classify().expect_problem(403, "not-authorized")
    for nobody in (cloud.create_user(OUTSIDER), forger):
        sign_as(caller, nobody).classify().expect_problem(403, "not-authorized")
    authorized = sign_as(caller, invoker)
    authorized.classify(key=None).expect_problem(403, "key-needed")
    authorized.classify().expect(200)
    return authorized


def _create_invoker(stage: DeployedStage) -> EmulatedCloud:
    api = stage.find_resource("AWS::ApiGateway::RestApi")
    statement = {
        "Effect": "Allow",
        "Action": "execute-api:Invoke",
        "Resource": f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{stage.name}/*",
    }
    invoker = stage.cloud.create_user(INVOKER)
    stage.cloud.client("iam").put_user_policy(
        UserName=INVOKER,
        PolicyName="invoke",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return invoker


def check_clients(stage: DeployedStage, settings: Stage, caller: Caller) -> None:
    """Each client has its plan: one is throttled, the other's quota used up, and no other's is."""
    slow, frugal, *_ = settings.clients
    _expect_refused(lambda: _list(stage, slow, caller), slow.burst, "throttled")
    _expect_refused(lambda: _list(stage, frugal, caller), frugal.requests_per_day, "quota-exceeded")
    _list(stage, frugal, caller).expect_problem(429, "quota-exceeded")
    caller.send("GET", "/v1/results").expect(200)


def _list(stage: DeployedStage, client: Client, caller: Caller) -> Response:
    return caller.send("GET", "/v1/results", key=stage.read_key(client.name))


def _expect_refused(send: Callable[[], Response], allowed: int, name: str) -> None:
    for _ in range(allowed):
        send().expect(200)
    for _ in range(allowed):  # of a throttle, what time passes adds one a second
        if (response := send()).status != 200:
            response.expect_problem(429, name)
            return
    raise StepError("GET /v1/results", expected=f"429 {name}", got=f"200, {2 * allowed} times")


def check_tags(stage: DeployedStage, settings: Stage) -> None:
    """Resources have the stage's tags, and the one that its budget counts by."""
    expected = {**settings.tags, "windvane-stage": stage.name}
    filters = [{"Key": name, "Values": [value]} for name, value in expected.items()]
    pages = stage.cloud.client("resourcegroupstaggingapi").get_paginator("get_resources")
    tagged = {
        resource["ResourceARN"].split(":")[2]
        for page in pages.paginate(TagFilters=filters)
        for resource in page["ResourceTagMappingList"]
    }
    api = stage.cloud.client("apigateway").get_rest_api(
        restApiId=stage.find_resource("AWS::ApiGateway::RestApi")
    )
    of_api = {name: api["tags"].get(name) for name in expected}
    expect_equal("tags of the API", of_api, expected)
    expect_that("tagged", {*TAGGED} <= tagged, expected=str(TAGGED), got=sorted(tagged))


def check_provisioned(stage: DeployedStage, settings: Stage) -> None:
    """As many processes of the live version are kept started as the stage says."""
    config = stage.cloud.client("lambda").get_provisioned_concurrency_config(
        FunctionName=stage.stack_name, Qualifier=LIVE_ALIAS
    )
    kept = (config["RequestedProvisionedConcurrentExecutions"], config["Status"])
    expect_equal("provisioned", kept, (settings.provisioned_concurrency, "READY"))


def check_domain(stage: DeployedStage, settings: Stage, caller: Caller) -> None:
    """The API answers below its domain's base path, and nothing does beside it."""
    root = f"https://{settings.domain_name}"
    endpoint = f"{root}/{settings.base_path}/"
    expect_equal("Endpoint", stage.outputs["Endpoint"], endpoint)
    at_domain = caller.at_domain(stage.cloud.url, str(settings.domain_name))
    base = f"/{settings.base_path}"
    at_domain.send("GET", f"{base}/health", key=None).expect(200)
    answer = at_domain.send("POST", f"{base}/v1/classify", {"texts": ["I love it"]})
    expect_equal("label", answer.expect(200).json["results"][0]["label"], "positive")
    page = at_domain.send("GET", base, key=None).expect(200).body
    expect_that("page", f'href="{base}/"'.encode() in page, expected=f"{base}/ as base", got=page)
    beside = at_domain.send("GET", "/v1/model")
    expect_that("/v1/model", beside.status >= 400, expected="an error", got=beside.status)
