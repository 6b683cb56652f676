import json
import re
from itertools import chain
from typing import Any

import pytest
from cfnlint.api import lint_file
from cfnlint.config import ManualArgs

from infra.stage_files import read_stage
from tests.infra.conftest import ALL_ON
from tests.infra.synthesized import SynthesizedStage

CDKS_OWN = ["W3005"]
"""The CDK writes DependsOn for a role that Fn::GetAtt already names."""


def test_stack_is_clean_by_cfn_lint(stage: SynthesizedStage) -> None:
    config: ManualArgs = {"ignore_checks": CDKS_OWN}
    found = [match for path in stage.template_paths for match in lint_file(path, config=config)]

    assert [f"{match.rule.id} {match.message}" for match in found] == []


def test_stack_breaks_no_rule_of_cdk_nag(stage: SynthesizedStage) -> None:
    report = json.loads((stage.folder / "validation-report.json").read_text(encoding="utf-8"))

    assert [plugin["violations"] for plugin in report["pluginReports"]] == []


def test_stack_explains_every_rule_that_it_acknowledges(stage: SynthesizedStage) -> None:
    paths = [stage.folder / f"{stack}.metadata.json" for stack in stage.templates]
    entries = [json.loads(path.read_text(encoding="utf-8")).values() for path in paths]

    acknowledged = [
        (rule, reason)
        for construct in chain.from_iterable(entries)
        for entry in construct
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for rule, reason in entry["data"].items()
    ]

    assert acknowledged
    assert [rule for rule, reason in acknowledged if len(reason.split()) < 10] == []


def test_stack_tells_what_a_caller_and_an_operator_need(
    dev: SynthesizedStage, prod: SynthesizedStage
) -> None:
    assert set(dev.template["Outputs"]) == set(prod.template["Outputs"])
    assert set(prod.template["Outputs"]) == {
        "ApiKeyId",
        "BucketName",
        "DashboardUrl",
        "DestroyKeeps",
        "Endpoint",
        "TableName",
    }


def test_stack_says_what_destroy_keeps(dev: SynthesizedStage) -> None:
    assert dev.template["Outputs"]["DestroyKeeps"]["Value"] == read_stage("dev").destroy_keeps


def list_kept(template: dict[str, Any]) -> set[str]:
    """Name the types of what outlives its stack."""
    return {
        resource["Type"]
        for resource in template["Resources"].values()
        if resource.get("DeletionPolicy", "").startswith("Retain")
    }


def test_destroy_keeps_of_the_api_a_role_that_others_use(stage: SynthesizedStage) -> None:
    api = stage.templates[f"windvane-{stage.name}"]

    # A version goes with its function.
    assert list_kept(api) == {"AWS::ApiGateway::Account", "AWS::IAM::Role", "AWS::Lambda::Version"}


def test_data_of_dev_goes_and_of_prod_outlives_even_its_stack(
    dev: SynthesizedStage, prod: SynthesizedStage
) -> None:
    assert list_kept(dev.data) == set()
    assert list_kept(prod.data) == {
        "AWS::DynamoDB::GlobalTable",
        "AWS::Logs::LogGroup",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
    }


@pytest.mark.parametrize(("name", "protected"), [("dev", False), ("prod", True)])
def test_both_stacks_of_prod_are_protected_from_deletion(
    request: pytest.FixtureRequest, name: str, protected: bool
) -> None:
    stage: SynthesizedStage = request.getfixturevalue(name)
    manifest = json.loads((stage.folder / "manifest.json").read_text(encoding="utf-8"))

    stacks = [manifest["artifacts"][stack]["properties"] for stack in stage.templates]

    assert len(stacks) == 2
    assert [stack.get("terminationProtection", False) for stack in stacks] == [protected] * 2


def test_first_deployment_that_fails_leaves_no_data(prod: SynthesizedStage) -> None:
    resources = prod.data["Resources"]
    [table] = [name for name, one in resources.items() if "DynamoDB" in one["Type"]]

    kept = {one.get("DeletionPolicy") for one in resources.values()} - {None}

    assert kept == {"RetainExceptOnCreate"}
    # A table that is protected cannot be rolled back, so nothing that may fail comes after it.
    assert set(resources[table]["DependsOn"]) == resources.keys() - {table}


def test_api_reads_what_it_needs_of_its_data_from_outputs(stage: SynthesizedStage) -> None:
    api = stage.templates[f"windvane-{stage.name}"]
    manifest = json.loads((stage.folder / "manifest.json").read_text(encoding="utf-8"))

    read = set(re.findall(r'"OutputName": "(\w+)"', json.dumps(api)))

    assert read
    assert read <= stage.data["Outputs"].keys()
    assert (
        f"windvane-{stage.name}-data"
        in (manifest["artifacts"][f"windvane-{stage.name}"]["dependencies"])
    )


def test_queue_refuses_what_is_not_tls(stage: SynthesizedStage) -> None:
    [statement] = stage.only("AWS::SQS::QueuePolicy")["PolicyDocument"]["Statement"]

    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_stack_needs_to_know_no_account_or_region(stage: SynthesizedStage) -> None:
    manifest = json.loads((stage.folder / "manifest.json").read_text(encoding="utf-8"))

    for stack in stage.templates:
        environment = manifest["artifacts"][stack]["environment"]
        assert environment == "aws://unknown-account/unknown-region"
    assert "missing" not in manifest


def test_every_resource_that_takes_tags_has_those_of_the_stage(all_on: SynthesizedStage) -> None:
    tagged = [
        {tag["Key"]: tag["Value"] for tag in resource["Properties"]["Tags"]}
        for resource in all_on.template["Resources"].values()
        if isinstance(resource.get("Properties", {}).get("Tags"), list)
    ]

    assert len(tagged) > 15
    assert all(tags["cost-centre"] == "4711" for tags in tagged)
    assert all(tags["windvane-stage"] == "all-on" for tags in tagged)


def test_budget_of_the_stage_tells_the_topic(
    prod: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    budget = all_on.only("AWS::Budgets::Budget")

    assert not prod.find("AWS::Budgets::Budget")
    assert budget["Budget"]["BudgetLimit"] == {"Amount": 50, "Unit": "USD"}
    assert budget["Budget"]["CostFilters"] == {"TagKeyValue": ["user:windvane-stage$all-on"]}
    for one in budget["NotificationsWithSubscribers"]:
        [subscriber] = one["Subscribers"]
        assert all_on.kind_of(subscriber["Address"]) == "AWS::SNS::Topic"


def test_key_of_the_stage_encrypts_its_data(all_on: SynthesizedStage) -> None:
    key = ALL_ON.kms_key_arn
    [replica] = all_on.only("AWS::DynamoDB::GlobalTable")["Replicas"]
    [rule] = all_on.only("AWS::S3::Bucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    logs = [
        one for one in all_on.data["Resources"].values() if one["Type"] == "AWS::Logs::LogGroup"
    ]

    assert replica["SSESpecification"] == {"KMSMasterKeyId": key}
    assert rule["ServerSideEncryptionByDefault"] == {
        "KMSMasterKeyID": key,
        "SSEAlgorithm": "aws:kms",
    }
    assert [log["Properties"]["KmsKeyId"] for log in logs] == [key, key]


def test_processes_of_the_live_version_are_always_started_by_setting(
    prod: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    name = "ProvisionedConcurrencyConfig"

    assert name not in prod.only("AWS::Lambda::Alias")
    assert all_on.only("AWS::Lambda::Alias")[name] == {"ProvisionedConcurrentExecutions": 2}
