import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.release_check import HANDLER, build_release_check_package
from tests.infra.synthesized import SynthesizedStage
from windvane.inference.manifest import read_manifest


def read_check(stage: SynthesizedStage) -> Any:
    return stage.only("AWS::Lambda::Function", Handler=HANDLER)


def test_every_stage_checks_a_version_before_it_gets_traffic(stage: SynthesizedStage) -> None:
    [alias] = stage.find("AWS::Lambda::Alias")

    hook = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["BeforeAllowTrafficHook"]

    function = stage.template["Resources"][hook["Ref"]]
    assert function["Properties"]["Handler"] == HANDLER
    assert function["Properties"]["FunctionName"] == f"CodeDeployHook_windvane-{stage.name}"
    assert hook["Ref"] in alias["DependsOn"]


def test_check_knows_the_bundle_of_the_deployment(
    stage: SynthesizedStage, tiny_bundle: Path
) -> None:
    expectation = json.loads(
        read_check(stage)["Environment"]["Variables"]["WINDVANE_RELEASE_CHECK"]
    )

    manifest = read_manifest(tiny_bundle)
    assert expectation["bundle_version"] == manifest.version
    assert expectation["labels"] == list(manifest.id2label.values())
    assert expectation["slow_ms"] == 3000


@pytest.mark.parametrize(
    ("action", "kind", "forms"),
    [
        ("lambda:InvokeFunction", "AWS::Lambda::Function", 1),
        ("lambda:GetFunctionConfiguration", "AWS::Lambda::Function", 2),
        ("codedeploy:GetDeployment", "AWS::CodeDeploy::DeploymentGroup", 1),
        ("codedeploy:PutLifecycleEventHookExecutionStatus", "AWS::CodeDeploy::DeploymentGroup", 1),
    ],
)
def test_check_may_do_what_it_does_on_this_stage_alone(
    stage: SynthesizedStage, action: str, kind: str, forms: int
) -> None:
    role = read_check(stage)["Role"]["Fn::GetAtt"][0]
    [policy] = [
        one for one in stage.find("AWS::IAM::Policy") if {"Ref": role} in one["Properties"]["Roles"]
    ]

    resources = [
        one["Resource"]
        for one in policy["Properties"]["PolicyDocument"]["Statement"]
        if action in one["Action"]
    ]

    assert len(resources) == forms  # the function with and without a version
    for resource in resources:
        assert kind in stage.kinds_in(resource)
        assert resource != "*"


def test_check_package_is_its_own_modules_and_the_same_each_time(tmp_path: Path) -> None:
    first, second = (build_release_check_package(tmp_path) for _ in range(2))

    with zipfile.ZipFile(first) as archive:
        names = set(archive.namelist())
    assert first == second
    assert names == {
        "functions/__init__.py",
        "functions/module_archive.py",
        *(
            f"functions/release_check/{name}.py"
            for name in ("__init__", "handler", "start_up", "version_check")
        ),
    }
