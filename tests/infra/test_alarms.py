import json
import re
from typing import Any

import pytest

from tests.conftest import REPOSITORY
from tests.infra.synthesized import SynthesizedStage


def metric_name(alarm: dict[str, Any]) -> str:
    """Name the metric of an alarm, or that which its expression is about."""
    [measured] = [one["MetricStat"] for one in alarm.get("Metrics", []) if "MetricStat" in one] or [
        {"Metric": alarm}
    ]
    name: str = measured["Metric"]["MetricName"]
    return name


OF_EVERY_STAGE = [
    "5XXError",
    "ApproximateNumberOfMessagesVisible",
    "Duration",
    "Duration",
    "Errors",
    "Errors",
    "NotLogged",
    "QuotaExceeded",
    "ReadThrottleEvents",
    "Throttles",
    "WriteThrottleEvents",
]


@pytest.mark.parametrize(
    ("name", "by_setting"),
    [
        ("dev", ["ResourceCount"]),
        ("prod", ["ConcurrentExecutions"]),
        (
            "all_on",
            ["ConcurrentExecutions", "Count", "DriftExceeded", "Errors", "ExecutionsFailed"],
        ),
    ],
)
def test_alarms_watch_what_can_go_wrong(
    request: pytest.FixtureRequest, name: str, by_setting: list[str]
) -> None:
    stage: SynthesizedStage = request.getfixturevalue(name)
    alarms = [alarm["Properties"] for alarm in stage.find("AWS::CloudWatch::Alarm")]

    names = [metric_name(alarm).partition(".")[0] for alarm in alarms]

    assert sorted(names) == sorted([*OF_EVERY_STAGE, *by_setting])


def test_stage_that_reserves_nothing_watches_the_account(
    dev: SynthesizedStage,
) -> None:
    [alarm] = [
        one["Properties"]
        for one in dev.find("AWS::CloudWatch::Alarm")
        if metric_name(one["Properties"]) == "ResourceCount"
    ]
    [share] = [one for one in alarm["Metrics"] if "Expression" in one]
    [used] = [one for one in alarm["Metrics"] if "MetricStat" in one]

    assert share["Expression"] == f"{used['Id']} / SERVICE_QUOTA({used['Id']})"
    assert (share.get("ReturnData", True), used["ReturnData"]) == (True, False)
    assert used["MetricStat"]["Metric"]["Namespace"] == "AWS/Usage"
    dimensions = {one["Name"]: one["Value"] for one in used["MetricStat"]["Metric"]["Dimensions"]}
    assert dimensions["Resource"] == "ConcurrentExecutions"
    assert (alarm["Threshold"], used["MetricStat"]["Stat"]) == (0.8, "Maximum")


def test_quota_alarm_counts_what_the_access_log_says(stage: SynthesizedStage) -> None:
    counted = stage.only("AWS::Logs::MetricFilter")
    [transformation] = counted["MetricTransformations"]
    setting = stage.only("AWS::ApiGateway::Stage")["AccessLogSetting"]

    assert counted["FilterPattern"] == '{ $.refusedBecause = "QUOTA_EXCEEDED" }'
    assert json.loads(setting["Format"])["refusedBecause"] == "$context.error.responseType"
    assert counted["LogGroupName"]["Ref"] in json.dumps(setting["DestinationArn"])
    alarm = stage.only("AWS::CloudWatch::Alarm", MetricName=transformation["MetricName"])
    assert alarm["Namespace"] == transformation["MetricNamespace"]
    assert transformation["MetricName"].endswith(f".{stage.name}")


def test_only_alarms_of_the_newest_version_decide_on_its_release(stage: SynthesizedStage) -> None:
    alarms = stage.template["Resources"]
    group = stage.only("AWS::CodeDeploy::DeploymentGroup")

    deciding = [one["Name"]["Ref"] for one in group["AlarmConfiguration"]["Alarms"]]

    for name in deciding:
        dimensions = {one["Name"]: one["Value"] for one in alarms[name]["Properties"]["Dimensions"]}
        assert stage.kind_of(dimensions["ExecutedVersion"]) == "AWS::Lambda::Version"
        assert set(dimensions) == {"FunctionName", "Resource", "ExecutedVersion"}
    assert {metric_name(alarms[name]["Properties"]) for name in deciding} == {"Duration", "Errors"}


@pytest.mark.parametrize("when", ["AlarmActions", "OKActions"])
def test_every_alarm_notifies_the_topic_and_again_when_it_is_over(
    stage: SynthesizedStage, when: str
) -> None:
    alarms = stage.find("AWS::CloudWatch::Alarm")

    assert alarms
    for alarm in alarms:
        [action] = alarm["Properties"][when]
        assert stage.kind_of(action) == "AWS::SNS::Topic"


def test_every_alarm_says_what_it_means_and_what_to_do_first(stage: SynthesizedStage) -> None:
    alarms = stage.find("AWS::CloudWatch::Alarm")

    assert alarms
    for alarm in alarms:
        text = alarm["Properties"]["AlarmDescription"]
        means, first, link = re.fullmatch(r"(.+?\.) ([A-Z].+\.) See (\S+)", text).groups()  # type: ignore[union-attr]
        assert min(len(means), len(first)) > 15
        assert link


def test_every_alarm_links_a_section_of_the_runbook(
    dev: SynthesizedStage, all_on: SynthesizedStage
) -> None:
    runbook = (REPOSITORY / "docs" / "runbook.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### (Alarm: .*)$", runbook, re.MULTILINE)
    sections = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}

    linked = {
        page: {
            one["Properties"]["AlarmDescription"].rpartition(f"{page}#")[2]
            for one in stage.find("AWS::CloudWatch::Alarm")
        }
        for stage, page in ((dev, "docs/runbook.md"), (all_on, "https://wiki.example.com/windvane"))
    }

    assert linked["docs/runbook.md"] < sections
    # The stages differ in which of two alarms on concurrency they have; both have one section.
    assert linked["https://wiki.example.com/windvane"] | {"alarm-deployment"} == sections


def test_only_silence_is_an_alarm_without_requests(stage: SynthesizedStage) -> None:
    alarms = [alarm["Properties"] for alarm in stage.find("AWS::CloudWatch::Alarm")]

    loud = [metric_name(one) for one in alarms if one["TreatMissingData"] != "notBreaching"]

    assert loud == (["Count"] if stage.name == "all-on" else [])


def test_deployment_that_fails_is_told(stage: SynthesizedStage) -> None:
    [rule] = [
        one["Properties"]
        for one in stage.find("AWS::Events::Rule")
        if one["Properties"].get("EventPattern", {}).get("source") == ["aws.codedeploy"]
    ]
    [target] = rule["Targets"]

    group = rule["EventPattern"]["detail"]["deploymentGroup"]
    assert stage.kind_of(group) == "AWS::CodeDeploy::DeploymentGroup"
    assert rule["EventPattern"]["detail"]["state"] == ["FAILURE", "STOP"]
    assert stage.kind_of(target["Arn"]) == "AWS::SNS::Topic"
    text = json.dumps(target["InputTransformer"])
    assert "#alarm-deployment" in text
    assert "$.detail.deploymentId" in text


def list_publishers(statements: list[dict[str, Any]]) -> set[str]:
    """Name the services that may publish."""
    named = [one["Principal"]["Service"] for one in statements if one["Effect"] == "Allow"]
    lists = [[service] if isinstance(service, str) else service for service in named]
    return {service for services in lists for service in services}


def test_topic_takes_alarms_and_refuses_what_is_not_tls(stage: SynthesizedStage) -> None:
    statements = stage.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]

    allowed = list_publishers(statements)
    [denied] = [one for one in statements if one["Effect"] == "Deny"]
    budgets = {"budgets.amazonaws.com"} if stage.name == "all-on" else set()
    assert allowed == {"cloudwatch.amazonaws.com", "events.amazonaws.com", *budgets}
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_topic_mails_whom_the_context_names(stage: SynthesizedStage) -> None:
    subscription = stage.only("AWS::SNS::Subscription")

    assert subscription["Protocol"] == "email"
    assert subscription["Endpoint"] == "a@example.com"
