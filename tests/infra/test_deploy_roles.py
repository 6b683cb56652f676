import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infra.deploy_roles import STACK_NAME
from infra.deploy_roles_app import build_deploy_roles_app
from tests.conftest import REPOSITORY
from tests.infra.synthesized import CONTEXT, SynthesizedStage, to_text

NAMES = {"AWS::Partition": "aws", "AWS::AccountId": "123456789012", "AWS::Region": "eu-central-1"}
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


def synthesize_roles(folder: Path, **context: str) -> SynthesizedStage:
    """Run the app; raises where the CDK or cdk-nag finds fault."""
    app = App(outdir=str(folder), context={**CONTEXT, **context})
    build_deploy_roles_app(app)
    app.synth()
    template = json.loads((folder / f"{STACK_NAME}.template.json").read_text(encoding="utf-8"))
    return SynthesizedStage(STACK_NAME, folder, {STACK_NAME: template}, template)


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory) -> SynthesizedStage:
    return synthesize_roles(tmp_path_factory.mktemp("roles"), repository="acme/windvane")


def find_role(roles: SynthesizedStage, name: str) -> dict[str, Any]:
    """Answer the properties of the role that an output names."""
    logical_id = roles.template["Outputs"][name]["Value"]["Fn::GetAtt"][0]
    properties: dict[str, Any] = roles.template["Resources"][logical_id]["Properties"]
    return properties


def list_grants(role: dict[str, Any]) -> dict[str, set[str]]:
    """Map each action that a role's policies allow to its resources."""
    assert "ManagedPolicyArns" not in role
    grants: dict[str, set[str]] = {}
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            resources = statement["Resource"]
            listed = resources if isinstance(resources, list) else [resources]
            grants[statement["Action"]] = {to_text(resource, NAMES) for resource in listed}
    return grants


def list_subjects(role: dict[str, Any]) -> list[str]:
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]
    subjects: list[str] = statement["Condition"]["StringEquals"][
        "token.actions.githubusercontent.com:sub"
    ]
    return subjects


def to_bootstrap_role(name: str, qualifier: str = "hnb659fds") -> str:
    return f"arn:aws:iam::123456789012:role/cdk-{qualifier}-{name}-role-123456789012-eu-central-1"


def test_deploy_role_may_only_assume_roles_of_the_bootstrap(roles: SynthesizedStage) -> None:
    grants = list_grants(find_role(roles, "DeployRole"))

    assert grants == {
        "sts:AssumeRole": {
            to_bootstrap_role("deploy"),
            to_bootstrap_role("file-publishing"),
            to_bootstrap_role("image-publishing"),
            to_bootstrap_role("lookup"),
        }
    }


def test_diff_role_may_only_read(roles: SynthesizedStage) -> None:
    grants = list_grants(find_role(roles, "DiffRole"))

    assert grants == {"sts:AssumeRole": {to_bootstrap_role("lookup")}}


def test_bootstrap_of_the_cdk_has_these_roles() -> None:
    bootstrap = REPOSITORY / "node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml"

    text = bootstrap.read_text(encoding="utf-8")

    for name in ("deploy", "file-publishing", "image-publishing", "lookup"):
        assert f"cdk-${{Qualifier}}-{name}-role-${{AWS::AccountId}}-${{AWS::Region}}" in text


@pytest.mark.parametrize(
    ("role", "environments"),
    [("DeployRole", ["dev", "prod"]), ("DiffRole", ["prod-read-only"])],
)
def test_role_trusts_one_repository_in_its_environments(
    roles: SynthesizedStage, role: str, environments: list[str]
) -> None:
    trust = find_role(roles, role)["AssumeRolePolicyDocument"]

    [statement] = trust["Statement"]

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert roles.kind_of(statement["Principal"]["Federated"]) == "AWS::IAM::OIDCProvider"
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": [
                f"repo:acme/windvane:environment:{name}" for name in environments
            ],
        }
    }


def test_provider_is_githubs_and_for_sts_alone(roles: SynthesizedStage) -> None:
    provider = roles.only("AWS::IAM::OIDCProvider")

    assert provider == {
        "Url": "https://token.actions.githubusercontent.com",
        "ClientIdList": ["sts.amazonaws.com"],
    }


def test_stack_holds_nothing_else(roles: SynthesizedStage) -> None:
    kinds = sorted(resource["Type"] for resource in roles.template["Resources"].values())

    assert kinds == ["AWS::IAM::OIDCProvider", "AWS::IAM::Role", "AWS::IAM::Role"]


def test_deploy_session_outlasts_the_slowest_traffic_shift(roles: SynthesizedStage) -> None:
    role = find_role(roles, "DeployRole")

    assert role["MaxSessionDuration"] > 100 * 60


def test_account_with_a_provider_keeps_it(tmp_path: Path) -> None:
    roles = synthesize_roles(tmp_path, repository="acme/windvane", provider=PROVIDER)

    trust = find_role(roles, "DeployRole")["AssumeRolePolicyDocument"]

    assert trust["Statement"][0]["Principal"] == {"Federated": PROVIDER}
    assert roles.find("AWS::IAM::OIDCProvider") == []


def test_repository_with_ids_and_environment_are_trusted_as_named(tmp_path: Path) -> None:
    roles = synthesize_roles(tmp_path, repository="acme@12/windvane@34", environments="production")

    subjects = list_subjects(find_role(roles, "DeployRole"))

    assert subjects == ["repo:acme@12/windvane@34:environment:production"]


def test_bootstrap_with_a_qualifier_of_its_own_is_followed(tmp_path: Path) -> None:
    context = {"repository": "acme/windvane", "@aws-cdk/core:bootstrapQualifier": "acme"}

    roles = synthesize_roles(tmp_path, **context)

    grants = list_grants(find_role(roles, "DiffRole"))
    assert grants == {"sts:AssumeRole": {to_bootstrap_role("lookup", "acme")}}


def test_app_says_in_one_sentence_that_the_repository_is_missing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.deploy_roles_app"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("REPOSITORY names the repository that may deploy: owner/name")
    assert done.stderr.count("\n") == 1


def test_make_target_passes_the_repository_on_as_one_argument() -> None:
    repository = "it's; one"

    done = subprocess.run(
        [str(shutil.which("make")), "--dry-run", "deploy-roles", f"REPOSITORY={repository}"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    command = done.stdout.replace("\\\n", " ")
    [line] = [line for line in command.splitlines() if "bin/cdk" in line]
    assert f"repository={repository}" in shlex.split(line)
