import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from infra.drift_monitor import check_profile
from infra.model_bundle import read_model_bundle
from infra.stage_files import read_stage
from infra.stage_tables import Monitor
from infra.stages import StageError
from tests.infra.synthesized import SynthesizedStage
from tests.infra.test_bulk_jobs import list_grants, role_of
from tests.infra.test_classify_function import read_function
from tests.windvane.monitoring.profiled_bundles import write_profiled_bundle
from windvane.facts import METRIC_NAMESPACE, MONITOR_HANDLER, MetricName

NAME = "windvane-all-on-monitor"
STAGES = Path(__file__).with_name("stages")
LIMITS = {"every": {"psi": 0.1}, "repeats": {"share": 0.2}}
MEANING = "The results of a day differ from the bundle's reference profile."


def read_monitor(stage: SynthesizedStage) -> Any:
    return stage.only("AWS::Lambda::Function", Handler=MONITOR_HANDLER)


def find_alarm(stage: SynthesizedStage, metric: str) -> Any:
    [alarm] = [
        one["Properties"]
        for one in stage.find("AWS::CloudWatch::Alarm", MetricName=metric)
        if one["Properties"]["Namespace"] == METRIC_NAMESPACE
    ]
    return alarm


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_stage_without_monitor_has_nothing_of_it(request: pytest.FixtureRequest, name: str) -> None:
    stage: SynthesizedStage = request.getfixturevalue(name)

    assert not stage.find("AWS::Lambda::Function", Handler=MONITOR_HANDLER)
    assert "Drift" not in json.dumps(stage.template)


def test_monitor_runs_the_apis_package_by_schedule(all_on: SynthesizedStage) -> None:
    function, api = read_monitor(all_on), read_function(all_on)
    rule = all_on.only("AWS::Events::Rule", ScheduleExpression="rate(6 hours)")

    assert function["FunctionName"] == NAME
    for key in ("Code", "Runtime", "Architectures"):
        assert function[key] == api[key]
    assert [all_on.kind_of(one["Arn"]) for one in rule["Targets"]] == ["AWS::Lambda::Function"]
    variables = function["Environment"]["Variables"]
    assert variables["LIVE_FUNCTION"] == "windvane-all-on"
    assert "WINDVANE_RESULT_LOG_URI" in variables
    limits = read_stage("all-on", folder=STAGES).monitor
    assert limits
    assert json.loads(variables["DRIFT_LIMITS"]) == limits.limits == LIMITS


def test_monitor_reads_results_and_bundles_and_changes_nothing(all_on: SynthesizedStage) -> None:
    grants = list_grants(all_on, role_of(read_monitor(all_on)))

    assert set(grants) == {
        "dynamodb:Query",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "lambda:GetFunctionConfiguration",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
    }
    [alias] = grants["lambda:GetFunctionConfiguration"]
    assert all_on.template["Resources"][alias]["Type"] == "AWS::Lambda::Alias"


def test_drift_and_a_failed_monitor_are_alarms_of_the_topic(all_on: SynthesizedStage) -> None:
    alarm = find_alarm(all_on, MetricName.DRIFT_EXCEEDED)
    failed = [
        one["Properties"]
        for one in all_on.find("AWS::CloudWatch::Alarm")
        if "could not be compared" in one["Properties"]["AlarmDescription"]
    ]

    assert MEANING in alarm["AlarmDescription"]
    assert (alarm["Threshold"], alarm["Period"]) == (1, 6 * 3600)
    assert alarm["TreatMissingData"] == "notBreaching"
    assert len(failed) == 1
    for one in (alarm, *failed):
        assert [all_on.kind_of(action) for action in one["AlarmActions"]] == ["AWS::SNS::Topic"]


def test_monitor_of_a_bundle_without_profile_is_refused(tiny_bundle: Path, tmp_path: Path) -> None:
    stage = replace(read_stage("dev"), monitor=Monitor())
    profiled = write_profiled_bundle(tiny_bundle, tmp_path / "profiled")

    check_profile(stage, read_model_bundle(profiled))
    check_profile(read_stage("dev"), read_model_bundle(tiny_bundle))
    with pytest.raises(StageError, match=r"^stages/dev\.toml, key monitor: the bundle .* no ref"):
        check_profile(stage, read_model_bundle(tiny_bundle))


def test_limit_on_languages_that_the_profile_lacks_is_refused(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    limited = Monitor(limits={"language": {"psi": 0.1}})
    profiled = write_profiled_bundle(tiny_bundle, tmp_path / "profiled")

    with pytest.raises(StageError, match=r"^stages/dev\.toml, key monitor\.limits: the profile of"):
        check_profile(replace(read_stage("dev"), monitor=limited), read_model_bundle(profiled))


def test_limit_on_languages_of_the_shipped_profile_is_accepted(shipped_bundle: Path) -> None:
    limited = Monitor(limits={"language": {"psi": 0.1}})

    check_profile(replace(read_stage("dev"), monitor=limited), read_model_bundle(shipped_bundle))
