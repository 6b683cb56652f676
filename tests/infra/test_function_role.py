import re
from typing import Any

from tests.conftest import REPOSITORY
from tests.infra.conftest import ALL_ON
from tests.infra.synthesized import SynthesizedStage
from tests.infra.test_classify_function import read_function

LAMBDAS_OWN = {
    "logs:CreateLogStream": "AWS::Logs::LogGroup",
    "logs:PutLogEvents": "AWS::Logs::LogGroup",
    "sqs:SendMessage": "AWS::SQS::Queue",
}
"""What Lambda does in the function's name."""

CODES = {
    "s3:GetObject": "AWS::S3::Bucket",
    "dynamodb:BatchGetItem": "AWS::DynamoDB::GlobalTable",
    "dynamodb:BatchWriteItem": "AWS::DynamoDB::GlobalTable",
    "dynamodb:DeleteItem": "AWS::DynamoDB::GlobalTable",
    "dynamodb:GetItem": "AWS::DynamoDB::GlobalTable",
    "dynamodb:PutItem": "AWS::DynamoDB::GlobalTable",
    "dynamodb:Query": "AWS::DynamoDB::GlobalTable",
    "dynamodb:UpdateItem": "AWS::DynamoDB::GlobalTable",
}
"""What the code calls; and on what."""

JOBS = {
    "states:StartExecution": "windvane-all-on-jobs",
    "states:ListExecutions": "windvane-all-on-jobs",
    "states:DescribeExecution": "windvane-all-on-jobs:*",
    "states:ListMapRuns": "windvane-all-on-jobs:*",
    "states:RedriveExecution": "windvane-all-on-jobs:*",
    "states:StopExecution": "windvane-all-on-jobs:*",
    "states:DescribeMapRun": "windvane-all-on-jobs/Classify:*",
}
"""What the API calls for bulk jobs, and on which state machine, execution or map run."""

SHADOW = {"lambda:InvokeFunction": "windvane-all-on-shadow"}
"""What the API calls for its challenger, and on which function."""

NAMED = {**JOBS, **SHADOW}
"""Calls on what is named before it is built."""

TRACING = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}


def read_statements(stage: SynthesizedStage) -> list[dict[str, Any]]:
    """List all that the function's role is allowed."""
    role = read_function(stage)["Role"]["Fn::GetAtt"][0]
    properties = stage.template["Resources"][role]["Properties"]
    assert not {"ManagedPolicyArns", "Policies"} & set(properties)
    policies = [
        policy["Properties"]["PolicyDocument"]["Statement"]
        for policy in stage.find("AWS::IAM::Policy")
        if {"Ref": role} in policy["Properties"]["Roles"]
    ]
    return [statement for statements in policies for statement in statements]


def list_actions(statement: dict[str, Any]) -> list[str]:
    actions = statement["Action"]
    return [actions] if isinstance(actions, str) else actions


def test_role_allows_what_the_code_calls_and_nothing_else(stage: SynthesizedStage) -> None:
    statements = read_statements(stage)

    allowed = {action for statement in statements for action in list_actions(statement)}

    traced = TRACING if read_function(stage)["TracingConfig"]["Mode"] == "Active" else set()
    encrypted = {"kms:Decrypt", "kms:GenerateDataKey"} if stage.name == "all-on" else set()
    named = set(NAMED) if stage.name == "all-on" else set()
    assert allowed == {*LAMBDAS_OWN, *CODES, *traced, *encrypted, *named}
    assert {statement["Effect"] for statement in statements} == {"Allow"}


def test_role_names_exact_resources(stage: SynthesizedStage) -> None:
    wanted = {**LAMBDAS_OWN, **CODES}

    statements = read_statements(stage)

    assert statements
    for statement in statements:
        for action in set(list_actions(statement)) - TRACING:
            if action in NAMED:
                arn = statement["Resource"]["Fn::Join"][1]
                assert arn[-1].partition(":")[2].partition(":")[2] == NAMED[action], action
                continue
            if action.startswith("kms:"):
                assert statement["Resource"] == ALL_ON.kms_key_arn
                continue
            assert stage.kind_of(statement["Resource"]) == wanted[action], action


def test_role_reads_bundles_alone_in_the_bucket(stage: SynthesizedStage) -> None:
    [statement] = [
        statement for statement in read_statements(stage) if statement["Action"] == "s3:GetObject"
    ]

    assert statement["Resource"]["Fn::Join"][1][-1] == "/bundles/*"


def test_role_table_is_what_the_source_calls() -> None:
    package = REPOSITORY / "windvane"
    table_sources = (package / "result_log" / "dynamodb").glob("*.py")
    calls_of_table = [
        source.read_text(encoding="utf-8")
        for source in table_sources
        if source.name != "table_creation.py"  # a command's, for a table of no stack
    ]
    bucket_calls = (package / "bundle_download.py").read_text(encoding="utf-8")

    called = {
        f"dynamodb:{name}"
        for source in calls_of_table
        for name in re.findall(r'\.call\(\s*"(\w+)"', source)
    }
    methods = set(re.findall(r'send\("(\w+)"', bucket_calls))

    assert called | {"s3:GetObject"} == set(CODES)
    assert methods == {"GET"}
