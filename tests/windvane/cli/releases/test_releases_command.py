"""What every ``windvane releases`` command does alike: options, credentials, refusals."""

import json
import re
import subprocess
import sys
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from click.testing import CliRunner, Result
from moto import mock_aws
from moto.core import enable_iam_authentication

from tests.windvane.cli.releases.conftest import Releases
from tests.windvane.cli.releases.deployed_stage import REGION, DeployedStage
from tests.windvane.cli.windvane_process import ROOT
from windvane.cli.main import windvane

COMMANDS = ("list", "rollback", "retire")
each_command = pytest.mark.parametrize("command", COMMANDS)
ACTIONS = {
    ("s3", "ListObjectsV2"): ["s3:ListBucket"],
    ("s3", "HeadObject"): ["s3:GetObject"],
    ("s3", "CopyObject"): [
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
    ],
}
"""Permissions of calls that are not named after them:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html."""
WITH_KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


def message_of(result: Result) -> str:
    """Check that a command ended with one sentence, and answer it."""
    assert result.exit_code == 2, result.output
    message: str = result.stderr
    assert message.startswith("Error: ")
    assert message.count("\n") == 1
    return message


@pytest.mark.parametrize("words", [[], *([command] for command in COMMANDS)])
def test_releases_help_imports_no_boto3(words: list[str]) -> None:
    code = (
        "import sys\nfrom windvane.cli.main import windvane\n"
        f"windvane(['releases', *{words}, '--help'], standalone_mode=False)\n"
        "sys.exit(', '.join({'boto3', 'botocore', 'rich'} & sys.modules.keys()) or 0)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")


@each_command
def test_releases_needs_a_stage(command: str) -> None:
    result = CliRunner().invoke(windvane, ["releases", command])

    assert result.exit_code == 2
    assert "--stage" in result.stderr


@pytest.mark.parametrize("stage_name", ["", "PROD", "windvane prod", "-", "a" * 40])
def test_releases_refuses_what_is_no_name_of_a_stage(stage_name: str) -> None:
    result = CliRunner().invoke(windvane, ["releases", "list", f"--stage={stage_name}"])

    assert result.exit_code == 2
    assert "such as dev or prod" in result.stderr


@each_command
@pytest.mark.usefixtures("aws_environment")
def test_releases_without_a_stack_names_stage_and_region(
    run_releases: Releases, command: str
) -> None:
    with mock_aws():
        message = message_of(run_releases(command))

    assert f"no stack windvane-prod in {REGION}" in message
    assert "make deploy STAGE=prod" in message


@pytest.mark.usefixtures("stage")
def test_releases_looks_in_the_region_that_is_named(run_releases: Releases) -> None:
    message = message_of(run_releases("list", "--region", "us-west-2"))

    assert "no stack windvane-prod in us-west-2" in message


def test_releases_without_credentials_says_so(
    aws_environment: pytest.MonkeyPatch, run_releases: Releases
) -> None:
    for name in WITH_KEYS:
        aws_environment.delenv(name, raising=False)

    assert "There are no AWS credentials" in message_of(run_releases("list"))


def test_releases_without_a_region_says_so(
    aws_environment: pytest.MonkeyPatch, run_releases: Releases
) -> None:
    aws_environment.delenv("AWS_REGION")

    assert "No AWS region is named; pass --region" in message_of(run_releases("list"))


@pytest.mark.parametrize("region", ["not a region", "eu_west_1!"])
@pytest.mark.usefixtures("aws_environment")
def test_releases_refuses_a_region_that_is_none(run_releases: Releases, region: str) -> None:
    assert region in message_of(run_releases("list", "--region", region))


@pytest.mark.usefixtures("aws_environment")
def test_releases_with_an_unknown_profile_says_so(run_releases: Releases) -> None:
    assert "nobody" in message_of(run_releases("list", "--profile", "nobody"))


def test_releases_that_cannot_reach_aws_says_so(
    aws_environment: pytest.MonkeyPatch, run_releases: Releases
) -> None:
    for name, value in WITH_KEYS.items():
        aws_environment.setenv(name, value)
    aws_environment.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    aws_environment.setenv("AWS_MAX_ATTEMPTS", "1")

    message = message_of(run_releases("list"))

    assert "AWS could not be asked" in message
    assert "127.0.0.1:9" in message


@pytest.mark.parametrize("url", ["127.0.0.1:9", "http://a b"])
def test_releases_refuses_an_endpoint_that_is_no_url(
    aws_environment: pytest.MonkeyPatch, run_releases: Releases, url: str
) -> None:
    for name, value in WITH_KEYS.items():
        aws_environment.setenv(name, value)
    aws_environment.setenv("AWS_ENDPOINT_URL", url)

    assert url in message_of(run_releases("list"))


@each_command
def test_releases_names_the_call_that_is_not_allowed(
    stage: DeployedStage,
    aws_environment: pytest.MonkeyPatch,
    run_releases: Releases,
    command: str,
) -> None:
    stage.deploy()
    become_user_without_rights(aws_environment)

    with enable_iam_authentication():
        message = message_of(run_releases(command))

    assert "These AWS credentials may not call DescribeStacks" in message


@each_command
def test_releases_names_the_call_that_the_bucket_does_not_allow(
    stage: DeployedStage, run_releases: Releases, command: str
) -> None:
    stage.deploy("first")
    stage.deploy("second")
    everything = {"Principal": "*", "Action": "s3:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", **everything}]}
    stage.s3.put_bucket_policy(Bucket=stage.bucket, Policy=json.dumps(policy))

    message = message_of(run_releases(command))

    assert "These AWS credentials may not call GetObject" in message


@pytest.mark.usefixtures("stage")
def test_releases_with_unknown_keys_says_so(
    aws_environment: pytest.MonkeyPatch, run_releases: Releases
) -> None:
    aws_environment.setenv("AWS_ACCESS_KEY_ID", "AKIANOBODY")

    with enable_iam_authentication():
        message = message_of(run_releases("list"))

    assert "AWS does not know these credentials (InvalidClientTokenId)" in message


def test_releases_of_a_stack_without_outputs_says_what_to_do(
    aws_environment: pytest.MonkeyPatch, run_releases: Releases
) -> None:
    with mock_aws():
        template = json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
        client = boto3.client("cloudformation", region_name=REGION)
        client.create_stack(StackName="windvane-prod", TemplateBody=template)

        message = message_of(run_releases("list"))

    assert "no output BucketName" in message


def test_releases_tells_any_other_refusal_in_awss_words(
    stage: DeployedStage, run_releases: Releases
) -> None:
    # A function without its alias: no deployment was ever finished.
    message = message_of(run_releases("list"))

    assert message.startswith("Error: AWS refused GetAlias: ")
    assert "(ResourceNotFoundException)" in message


@each_command
def test_releases_calls_nothing_that_the_runbook_does_not_list(
    stage: DeployedStage,
    run_releases: Releases,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    for name in ("first", "second", "third"):
        stage.deploy(name)
    # So that retire has one bundle to take back, and another to retire.
    run_releases("retire", "--keep", "2")
    stage.upload_bundle("fourth")
    words = {"rollback": ["--yes"], "retire": ["--keep", "3"]}.get(command, [])
    called = set()
    call_api = BaseClient._make_api_call

    def record(client: Any, operation: str, arguments: Any) -> Any:
        called.add((client.meta.service_model.service_name, operation))
        return call_api(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", record)

    result = run_releases(command, *words)

    assert result.exit_code == 0, result.output
    needed = {action for call in called for action in ACTIONS.get(call, [":".join(call)])}
    assert needed == allowed_by_runbook(command)


def allowed_by_runbook(command: str) -> set[str]:
    """Read the actions from the table; one command may refer to another."""
    runbook = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    [cell] = re.findall(rf"^\| `windvane releases {command}` \| (.*) \|$", runbook, re.MULTILINE)
    actions = set(re.findall(r"`(\w+:\w+)`", cell))
    return actions | (allowed_by_runbook("list") if "`list`" in cell else set())


def become_user_without_rights(environment: pytest.MonkeyPatch) -> None:
    """Take the keys of a new user who may call nothing."""
    iam = boto3.client("iam", region_name=REGION)
    iam.create_user(UserName="operator")
    key = iam.create_access_key(UserName="operator")["AccessKey"]
    environment.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    environment.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
