import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from infra.challenger_bundle import read_challenger
from infra.model_bundle import ModelBundleError, read_model_bundle
from infra.stage_files import read_stage
from infra.stage_tables import Shadow
from infra.stages import StageError
from tests.infra.conftest import ALL_ON
from tests.infra.synthesized import SynthesizedStage, to_text
from tests.infra.test_bulk_jobs import list_grants, read_statements, role_of
from tests.infra.test_classify_function import read_environment, read_function
from tests.tiny_bundle import write_tiny_bundle
from windvane.facts import SHADOW_HANDLER
from windvane.inference.manifest import read_manifest, renew_version, write_manifest
from windvane.settings import load_settings

NAME = "windvane-all-on-shadow"


def read_challenger_function(stage: SynthesizedStage) -> Any:
    return stage.only("AWS::Lambda::Function", Handler=SHADOW_HANDLER)


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_stage_without_shadow_has_nothing_of_it(request: pytest.FixtureRequest, name: str) -> None:
    stage: SynthesizedStage = request.getfixturevalue(name)

    assert not stage.find("AWS::Lambda::Function", Handler=SHADOW_HANDLER)
    assert not stage.find("AWS::Lambda::EventInvokeConfig")
    assert "lambda:InvokeFunction" not in {
        action
        for statement in read_statements(stage, role_of(read_function(stage)))
        for action in [statement["Action"]]
        if isinstance(action, str)
    }
    assert load_settings(read_environment(stage)).shadow_function == ""


def test_api_sends_the_stages_share_to_the_challenger(all_on: SynthesizedStage) -> None:
    settings = load_settings(read_environment(all_on))

    assert settings.shadow_function == NAME == read_challenger_function(all_on)["FunctionName"]
    assert settings.shadow_share == ALL_ON.shadow.share == 0.25  # type: ignore[union-attr]


def test_challenger_runs_the_apis_package_with_a_bundle_of_its_own(
    all_on: SynthesizedStage,
) -> None:
    function, api = read_challenger_function(all_on), read_function(all_on)

    names = dict.fromkeys(all_on.template["Resources"], "bucket")
    uri = to_text(function["Environment"]["Variables"]["WINDVANE_BUNDLE_URI"], names)

    for key in ("Code", "Runtime", "Architectures", "MemorySize"):
        assert function[key] == api[key]
    assert uri != read_environment(all_on)["WINDVANE_BUNDLE_URI"]
    assert load_settings({"WINDVANE_BUNDLE_URI": uri}).bundle_uri == uri


def test_challenger_takes_no_process_from_the_api_and_leaves_no_text_in_a_queue(
    all_on: SynthesizedStage,
) -> None:
    function = read_challenger_function(all_on)
    events = all_on.only("AWS::Lambda::EventInvokeConfig")

    assert function["ReservedConcurrentExecutions"] == 3
    assert "DeadLetterConfig" not in function
    assert (events["MaximumRetryAttempts"], events["MaximumEventAgeInSeconds"]) == (0, 60)
    assert "DestinationConfig" not in events


def test_challenger_reads_its_bundle_and_writes_its_records_alone(
    all_on: SynthesizedStage,
) -> None:
    role = role_of(read_challenger_function(all_on))

    grants = list_grants(all_on, role)

    assert set(grants) == {
        "dynamodb:BatchWriteItem",
        "kms:Decrypt",
        "kms:GenerateDataKey",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "s3:GetObject",
    }
    [objects] = grants["s3:GetObject"]
    [write] = [
        one for one in read_statements(all_on, role) if one["Action"] == "dynamodb:BatchWriteItem"
    ]
    uri = json.dumps(read_challenger_function(all_on)["Environment"]["Variables"])
    assert objects.rpartition(":::")[2].split("/", 1)[1].removesuffix("*") in uri
    assert write["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["shadow#*"]}}


@pytest.fixture
def challenger(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "challenger", temperature=3)


def read(folder: Path, champion: Path) -> object:
    stage = replace(read_stage("dev"), shadow=Shadow(bundle=str(folder)))
    return read_challenger(stage, read_model_bundle(champion))


def test_challenger_of_the_same_labels_is_taken(challenger: Path, tiny_bundle: Path) -> None:
    assert read(challenger, tiny_bundle) == read_model_bundle(challenger)


def test_challenger_of_other_labels_is_refused(
    tmp_path: Path, challenger: Path, tiny_bundle: Path
) -> None:
    manifest = read_manifest(challenger)
    other = {**manifest.id2label, 0: "angry"}
    write_manifest(challenger, renew_version(replace(manifest, id2label=other)))

    with pytest.raises(StageError, match=r"^stages/dev\.toml, key shadow\.bundle: its labels are"):
        read(challenger, tiny_bundle)


def test_champion_is_refused_as_its_own_challenger(tiny_bundle: Path) -> None:
    with pytest.raises(StageError, match="it is the bundle that answers"):
        read(tiny_bundle, tiny_bundle)


def test_challenger_that_is_no_bundle_is_refused(tmp_path: Path, tiny_bundle: Path) -> None:
    with pytest.raises(ModelBundleError, match="no readable manifest"):
        read(tmp_path, tiny_bundle)
