from pathlib import Path
from typing import Any

import boto3
import pytest
from aws_cdk import DefaultStackSynthesizer
from botocore.exceptions import ClientError

from infra.account import find_account
from infra.bootstrap_roles import (
    DEFAULT_QUALIFIER,
    open_session,
    read_qualifier,
    to_bootstrap_role_arn,
)
from tests.moto_server import MotoServer, moto_server

__all__ = ["moto_server"]

LOOKUP = to_bootstrap_role_arn(
    "lookup",
    partition="aws",
    account="123456789012",
    region="eu-west-1",
    qualifier=DEFAULT_QUALIFIER,
)


class RefusingSts:
    """Stands for STS, which answers every question with one error."""

    def __init__(self, code: str) -> None:
        self._code = code

    def assume_role(self, **_: str) -> Any:
        raise ClientError({"Error": {"Code": self._code}}, "AssumeRole")


@pytest.fixture
def shell(moto_server: MotoServer, monkeypatch: pytest.MonkeyPatch) -> MotoServer:
    """A shell with credentials."""
    for name, value in moto_server.environ.items():
        monkeypatch.setenv(name, value)
    return moto_server


def test_session_is_that_of_the_role(shell: MotoServer) -> None:
    session = open_session(LOOKUP, region="eu-west-1")

    identity = session.client("sts", endpoint_url=shell.url).get_caller_identity()
    role = "cdk-hnb659fds-lookup-role-123456789012-eu-west-1"
    assert identity["Arn"] == f"arn:aws:sts::123456789012:assumed-role/{role}/windvane"


def test_session_of_a_role_that_may_not_be_assumed_is_the_shells(shell: MotoServer) -> None:
    session = open_session(LOOKUP, region="eu-west-1", sts=RefusingSts("AccessDenied"))

    own = boto3.Session().get_credentials()
    assert session.get_credentials().access_key == own.access_key
    assert session.region_name == "eu-west-1"


def test_other_error_of_sts_is_no_reason_to_go_on(shell: MotoServer) -> None:
    with pytest.raises(ClientError, match="ExpiredToken"):
        open_session(LOOKUP, region="eu-west-1", sts=RefusingSts("ExpiredToken"))


def test_default_qualifier_is_the_cdks() -> None:
    assert DEFAULT_QUALIFIER == DefaultStackSynthesizer.DEFAULT_QUALIFIER
    assert read_qualifier() == DEFAULT_QUALIFIER


def test_qualifier_of_ones_own_is_read_from_the_cdks_file(tmp_path: Path) -> None:
    path = tmp_path / "cdk.json"
    path.write_text('{"context": {"@aws-cdk/core:bootstrapQualifier": "acme"}}', encoding="utf-8")

    assert read_qualifier(path) == "acme"


def test_account_is_asked_as_the_role_that_reads(shell: MotoServer) -> None:
    identity = find_account().client("sts").get_caller_identity()

    assert "/cdk-hnb659fds-lookup-role-123456789012-eu-west-1/" in identity["Arn"]


def test_stacks_are_asked_for_as_the_role_that_deploys(
    shell: MotoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []

    def open_shell(role_arn: str, *, region: str) -> boto3.Session:
        opened.append(role_arn)
        return boto3.Session(region_name=region)

    monkeypatch.setattr("infra.account.open_session", open_shell)
    find_account().client("cloudformation")

    name = "cdk-hnb659fds-deploy-role-123456789012-eu-west-1"
    assert opened == [f"arn:aws:iam::123456789012:role/{name}"]
