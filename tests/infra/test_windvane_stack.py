import json

from cfnlint.api import lint_file

from infra.stages import read_stage
from tests.infra.synthesized import SynthesizedStage

CDKS_OWN = ["W3005"]
"""The CDK writes DependsOn for a role that Fn::GetAtt already names."""


def test_stack_is_clean_by_cfn_lint(stage: SynthesizedStage) -> None:
    found = lint_file(stage.template_path, config={"ignore_checks": CDKS_OWN})

    assert [f"{match.rule.id} {match.message}" for match in found] == []


def test_stack_breaks_no_rule_of_cdk_nag(stage: SynthesizedStage) -> None:
    report = json.loads((stage.folder / "validation-report.json").read_text(encoding="utf-8"))

    assert [plugin["violations"] for plugin in report["pluginReports"]] == []


def test_stack_explains_every_rule_that_it_acknowledges(stage: SynthesizedStage) -> None:
    path = stage.folder / f"windvane-{stage.name}.metadata.json"
    entries = json.loads(path.read_text(encoding="utf-8"))

    acknowledged = [
        (rule, reason)
        for construct in entries.values()
        for entry in construct
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for rule, reason in entry["data"].items()
    ]

    assert acknowledged
    assert [rule for rule, reason in acknowledged if len(reason.split()) < 10] == []


def test_stack_tells_what_a_caller_and_an_operator_need(stage: SynthesizedStage) -> None:
    assert set(stage.template["Outputs"]) == {
        "ApiKeyId",
        "BucketName",
        "DashboardUrl",
        "DestroyKeeps",
        "Endpoint",
        "TableName",
    }


def test_stack_says_what_destroy_keeps(dev: SynthesizedStage) -> None:
    assert dev.template["Outputs"]["DestroyKeeps"]["Value"] == read_stage("dev").destroy_keeps


def test_destroy_keeps_in_dev_what_the_notice_says(dev: SynthesizedStage) -> None:
    kept = {
        resource["Type"]
        for resource in dev.template["Resources"].values()
        if resource.get("DeletionPolicy", "").startswith("Retain")
    }

    # A version goes with its function.
    assert kept == {"AWS::ApiGateway::Account", "AWS::IAM::Role", "AWS::Lambda::Version"}


def test_destroy_keeps_in_prod_what_the_notice_says(prod: SynthesizedStage) -> None:
    kept = {
        resource["Type"]
        for resource in prod.template["Resources"].values()
        if resource.get("DeletionPolicy", "").startswith("Retain")
    }

    assert kept == {
        "AWS::ApiGateway::Account",
        "AWS::DynamoDB::Table",
        "AWS::IAM::Role",
        "AWS::Lambda::Version",
        "AWS::S3::Bucket",
    }


def test_queue_refuses_what_is_not_tls(stage: SynthesizedStage) -> None:
    [statement] = stage.only("AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_stack_needs_to_know_no_account_or_region(stage: SynthesizedStage) -> None:
    manifest = json.loads((stage.folder / "manifest.json").read_text(encoding="utf-8"))

    stack = manifest["artifacts"][f"windvane-{stage.name}"]
    assert stack["environment"] == "aws://unknown-account/unknown-region"
    assert "missing" not in manifest
