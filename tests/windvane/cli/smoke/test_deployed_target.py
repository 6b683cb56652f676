"""``windvane smoke --stage``: address and key by the stack's outputs, in moto."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from moto import mock_aws

from tests.conftest import REPOSITORY
from tests.windvane.api.serve_process import ServeProcess, run_serve
from tests.windvane.aws.self_signed import write_certificate
from tests.windvane.cli.smoke.conftest import RunSmoke
from tests.windvane.cli.smoke.scripted_service import KEY, run_scripted_service

REGION = "eu-west-1"
STAGE = ("--stage", "prod")
ACTIONS = {
    ("apigateway", "GetApiKey"): "apigateway:GET",
    ("cloudformation", "DescribeStacks"): "cloudformation:DescribeStacks",
}
"""Permissions by call; those of API Gateway are HTTP methods:
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html."""
RUNBOOK = (REPOSITORY / "docs" / "runbook.md").read_text(encoding="utf-8")
[ROW] = re.findall(r"^\| `windvane smoke` \|.*$", RUNBOOK, re.MULTILINE)


@pytest.fixture
def account(aws_environment: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An account of moto's."""
    with mock_aws():
        yield aws_environment


def deploy(url: str | None, *, enabled: bool = True, authorizer: str | None = None) -> None:
    """Make a stack with the outputs of a stage whose API is at an address."""
    gateway = boto3.client("apigateway", region_name=REGION)
    key_id = gateway.create_api_key(name="windvane-prod", value=KEY, enabled=enabled)["id"]
    outputs = {"ApiKeyId": {"Value": key_id}, **({"Endpoint": {"Value": url}} if url else {})}
    if authorizer:
        outputs["Authorizer"] = {"Value": authorizer}
    template = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}, "Outputs": outputs}
    boto3.client("cloudformation", region_name=REGION).create_stack(
        StackName="windvane-prod", TemplateBody=json.dumps(template)
    )


@pytest.mark.usefixtures("account")
def test_stage_is_found_by_its_outputs(recording_server: ServeProcess, run_smoke: RunSmoke) -> None:
    deploy(f"{recording_server.url}/")

    result = run_smoke(*STAGE)

    assert result.exit_code == 0, result.output
    assert result.output.count("\n") == result.output.count("ok  ") == 6


@pytest.mark.usefixtures("account")
def test_key_that_is_given_counts_more_than_the_stages(
    recording_server: ServeProcess, run_smoke: RunSmoke
) -> None:
    deploy(recording_server.url, enabled=False)

    given = run_smoke(*STAGE, WINDVANE_SMOKE_KEY=KEY)
    disabled = run_smoke(*STAGE)

    assert given.exit_code == 0
    assert disabled.exit_code == 2
    assert "disabled; give another in WINDVANE_SMOKE_KEY" in disabled.stderr


@pytest.mark.usefixtures("account")
def test_address_that_is_given_counts_more_than_the_stages(
    recording_server: ServeProcess, run_smoke: RunSmoke
) -> None:
    deploy("http://127.0.0.1:9")

    result = run_smoke(*STAGE, "--url", recording_server.url)

    assert result.exit_code == 0, result.output


@pytest.mark.usefixtures("account")
def test_stage_that_records_nothing_fails(run_smoke: RunSmoke) -> None:
    with run_serve(environ={"WINDVANE_API_KEYS": KEY}) as server:
        deploy(server.url)

        result = run_smoke(*STAGE)

    assert result.exit_code == 1
    assert "got 200 but the service records no results" in result.output


def test_stage_is_trusted_by_the_certificates_of_aws_tools(
    account: pytest.MonkeyPatch, run_smoke: RunSmoke, tmp_path: Path
) -> None:
    certificate = write_certificate(tmp_path / "self-signed.pem")
    with run_scripted_service({}, certificate=certificate) as service:
        deploy(service.url)

        distrusted = run_smoke(*STAGE)
        account.setenv("AWS_CA_BUNDLE", str(certificate))
        trusted = run_smoke(*STAGE)

    assert distrusted.exit_code == 1
    assert "no TLS connection (the certificate is not trusted" in distrusted.output
    assert trusted.exit_code == 0, trusted.output


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (STAGE, "has no output Endpoint"),
        ((*STAGE, "--region", "us-west-2"), "no stack windvane-prod in us-west-2"),
        (("--stage", "dev"), "no stack windvane-dev in eu-west-1"),
        ((*STAGE, "--profile", "nobody"), "nobody"),
    ],
)
def test_stage_that_cannot_be_tested_is_a_sentence(
    run_smoke: RunSmoke, arguments: tuple[str, ...], said: str
) -> None:
    deploy(None)

    result = run_smoke(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.usefixtures("account")
def test_stage_needs_the_permissions_that_the_runbook_lists(
    recording_server: ServeProcess, run_smoke: RunSmoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(recording_server.url)
    called = set()
    call_api = BaseClient._make_api_call

    def record(client: Any, operation: str, arguments: Any) -> Any:
        called.add((client.meta.service_model.service_name, operation))
        return call_api(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", record)

    result = run_smoke(*STAGE)

    assert result.exit_code == 0
    assert {ACTIONS[call] for call in called} == set(re.findall(r"`(\w+:\w+)`", ROW))


def test_stage_without_credentials_says_so(
    aws_environment: pytest.MonkeyPatch, run_smoke: RunSmoke
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        aws_environment.delenv(name, raising=False)

    assert "There are no AWS credentials" in run_smoke(*STAGE).stderr
