from typing import Any

from tests.infra.synthesized import SynthesizedStage


def metric_name(alarm: dict[str, Any]) -> str:
    name: str = alarm["MetricName"]
    return name


def test_alarms_watch_what_can_go_wrong(stage: SynthesizedStage) -> None:
    alarms = [alarm["Properties"] for alarm in stage.find("AWS::CloudWatch::Alarm")]

    assert sorted(map(metric_name, alarms)) == [
        "5XXError",
        "ApproximateNumberOfMessagesVisible",
        "Duration",
        "Duration",
        "Errors",
        "Errors",
        "NotLogged",
        "Throttles",
    ]


def test_only_alarms_of_the_newest_version_decide_on_its_release(stage: SynthesizedStage) -> None:
    alarms = stage.template["Resources"]
    group = stage.only("AWS::CodeDeploy::DeploymentGroup")

    deciding = [one["Name"]["Ref"] for one in group["AlarmConfiguration"]["Alarms"]]

    for name in deciding:
        dimensions = {one["Name"]: one["Value"] for one in alarms[name]["Properties"]["Dimensions"]}
        assert stage.kind_of(dimensions["ExecutedVersion"]) == "AWS::Lambda::Version"
        assert set(dimensions) == {"FunctionName", "Resource", "ExecutedVersion"}
    assert {metric_name(alarms[name]["Properties"]) for name in deciding} == {"Duration", "Errors"}


def test_every_alarm_notifies_the_topic(stage: SynthesizedStage) -> None:
    alarms = stage.find("AWS::CloudWatch::Alarm")

    assert alarms
    for alarm in alarms:
        [action] = alarm["Properties"]["AlarmActions"]
        assert stage.kind_of(action) == "AWS::SNS::Topic"


def test_every_alarm_says_what_it_means_and_is_quiet_without_traffic(
    stage: SynthesizedStage,
) -> None:
    alarms = stage.find("AWS::CloudWatch::Alarm")

    assert alarms
    for alarm in alarms:
        assert alarm["Properties"]["AlarmDescription"].endswith(".")
        assert alarm["Properties"]["TreatMissingData"] == "notBreaching"


def test_topic_takes_alarms_and_refuses_what_is_not_tls(stage: SynthesizedStage) -> None:
    statements = stage.only("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]

    by_effect = {statement["Effect"]: statement for statement in statements}
    assert by_effect["Allow"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert by_effect["Deny"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_topic_mails_whom_the_context_names(stage: SynthesizedStage) -> None:
    subscription = stage.only("AWS::SNS::Subscription")

    assert subscription["Protocol"] == "email"
    assert subscription["Endpoint"] == "a@example.com"
