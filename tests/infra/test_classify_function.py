import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from infra.stage_files import read_stage
from tests.conftest import REPOSITORY
from tests.infra.conftest import ALL_ON
from tests.infra.synthesized import SynthesizedStage, to_text
from windvane.settings import PREFIX, Settings, load_settings
from windvane.settings_server import ServerSettings

HANDLER = "functions.classify_api.handler.handler"
OF_THE_LOCAL_SERVER = {
    "WINDVANE_ALLOWED_HOSTS",
    "WINDVANE_API_KEYS",
    "WINDVANE_CLIENT_KEYS",
    "WINDVANE_MAX_WAITING_REQUESTS",
    "WINDVANE_OWN_RESULTS_ONLY",
}
OF_ITS_PROCESSES = {PREFIX + name.upper() for name in ServerSettings.__annotations__} - {
    "WINDVANE_BASE_PATH"
}
LEFT_TO_THEIR_DEFAULT = {"WINDVANE_THREADS", *OF_THE_LOCAL_SERVER, *OF_ITS_PROCESSES}
"""The function's memory decides, and none wait there."""


def read_function(stage: SynthesizedStage) -> Any:
    return stage.only("AWS::Lambda::Function", Handler=HANDLER)


def read_environment(stage: SynthesizedStage) -> dict[str, str]:
    """Answer what the function is given, as it will be when deployed."""
    names = {
        name: resource["Type"].rpartition("::")[2].lower()
        for name, resource in stage.template["Resources"].items()
    }
    names |= {"AWS::Partition": "aws", "AWS::Region": "eu-west-1", "AWS::AccountId": "123456789012"}
    variables = read_function(stage)["Environment"]["Variables"]
    return {name: to_text(value, names) for name, value in variables.items()}


def test_function_is_given_every_setting_that_the_code_reads_and_no_other(
    stage: SynthesizedStage,
) -> None:
    read = {PREFIX + field.name.upper() for field in fields(Settings)}

    assert set(read_environment(stage)) == read - LEFT_TO_THEIR_DEFAULT


def test_function_is_given_values_that_the_code_takes(
    stage: SynthesizedStage, tiny_bundle: Path
) -> None:
    wanted = ALL_ON if stage.name == ALL_ON.name else read_stage(stage.name)

    settings = load_settings(read_environment(stage))

    assert re.fullmatch(r"s3://bucket/bundles/[0-9a-f]{12}/", settings.bundle_uri)
    assert settings.result_log_uri == "dynamodb://globaltable"
    assert settings.store_text == wanted.store_text
    assert settings.retention_days == wanted.retention_days
    assert settings.min_score == wanted.min_score
    assert settings.max_text_chars == wanted.max_text_chars
    assert settings.max_batch_texts == wanted.max_batch_texts
    assert settings.allowed_origins == wanted.allowed_origins
    assert settings.job_inputs == (wanted.jobs.inputs if wanted.jobs else ())
    assert settings.job_outputs == (wanted.jobs.outputs if wanted.jobs else ())
    jobs_arn = f"arn:aws:states:eu-west-1:123456789012:stateMachine:windvane-{stage.name}-jobs"
    assert settings.jobs_arn == (jobs_arn if wanted.jobs else "")


def test_function_handler_and_runtime_are_those_of_the_package(stage: SynthesizedStage) -> None:
    module, _, name = HANDLER.rpartition(".")

    source = (REPOSITORY / (module.replace(".", "/") + ".py")).read_text(encoding="utf-8")

    assert f"def {name}(" in source
    assert read_function(stage)["Runtime"] == "python3.13"


def test_function_answers_before_api_gateway_gives_up(stage: SynthesizedStage) -> None:
    assert read_function(stage)["Timeout"] <= 29


def test_function_logs_json_into_a_log_group_of_the_stages_data(stage: SynthesizedStage) -> None:
    logging = read_function(stage)["LoggingConfig"]

    assert logging["LogFormat"] == "JSON"
    log_group = stage.data["Resources"][logging["LogGroup"]["Ref"]]
    assert log_group["Properties"]["RetentionInDays"] > 0


def test_every_function_logs_to_a_log_group_of_ours(stage: SynthesizedStage) -> None:
    functions = stage.find("AWS::Lambda::Function")

    logs = [function["Properties"].get("LoggingConfig", {}) for function in functions]

    assert len(functions) >= 2
    assert all(stage.kind_of(log["LogGroup"]) == "AWS::Logs::LogGroup" for log in logs)


def test_function_sends_failed_asynchronous_events_to_a_queue(stage: SynthesizedStage) -> None:
    target = read_function(stage)["DeadLetterConfig"]["TargetArn"]

    assert stage.kind_of(target) == "AWS::SQS::Queue"


def test_function_waits_for_its_bundle_to_be_uploaded(stage: SynthesizedStage) -> None:
    [function] = stage.find("AWS::Lambda::Function", Handler=HANDLER)

    kinds = {stage.template["Resources"][name]["Type"] for name in function["DependsOn"]}
    assert "Custom::CDKBucketDeployment" in kinds


def test_function_versions_outlive_the_next_one(stage: SynthesizedStage) -> None:
    [version] = stage.find("AWS::Lambda::Version")

    assert version["DeletionPolicy"] == "RetainExceptOnCreate"


@pytest.mark.parametrize(
    ("name", "off", "on"),
    [
        ("Architectures", ["arm64"], ["x86_64"]),
        ("TracingConfig", {"Mode": "PassThrough"}, {"Mode": "Active"}),
        ("SnapStart", None, {"ApplyOn": "PublishedVersions"}),
    ],
)
def test_function_changes_by_setting(
    prod: SynthesizedStage, all_on: SynthesizedStage, name: str, off: Any, on: Any
) -> None:
    assert read_function(prod).get(name) == off
    assert read_function(all_on)[name] == on


def test_function_concurrency_is_reserved_in_prod_alone(
    dev: SynthesizedStage, prod: SynthesizedStage
) -> None:
    assert "ReservedConcurrentExecutions" not in read_function(dev)
    assert read_function(prod)["ReservedConcurrentExecutions"] == 100
