import sys
from pathlib import Path
from typing import Any, cast

import pytest

from infra import after_deploy
from infra.account import Account
from infra.confirmation import NotConfirmedError
from infra.stage_files import read_stage

DEV = read_stage("dev")
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:windvane-dev"


class FakeDeployment:
    """An account with one stack and one alias; notes what the windvane command was asked."""

    region = "eu-west-1"

    def __init__(self, *, deployed: str | None, live: str) -> None:
        self._deployed = deployed
        self._live = live

    def client(self, _: str) -> Any:
        return self

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, *, StackName: str) -> Any:  # noqa: N803 - AWS's
        assert StackName == "windvane-dev"
        resources = [
            {
                "ResourceType": "AWS::Lambda::Version",
                "PhysicalResourceId": f"{ARN}:{number}",
                "ResourceStatus": status,
            }
            for number, status in (("3", "DELETE_COMPLETE"), (self._deployed, "CREATE_COMPLETE"))
            if number
        ]
        other = {"ResourceType": "AWS::SNS::Topic", "PhysicalResourceId": "a:topic"}
        return [{"StackResourceSummaries": [other]}, {"StackResourceSummaries": resources}]

    def get_alias(self, *, FunctionName: str, Name: str) -> Any:  # noqa: N803 - AWS's
        assert (FunctionName, Name) == ("windvane-dev", "live")
        return {"FunctionVersion": self._live}


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A stand-in for the windvane command, which writes its arguments into this file."""
    written = tmp_path / "arguments"
    command = tmp_path / "windvane"
    command.write_text(f"#!/bin/sh\necho \"$@\" > '{written}'\n", encoding="utf-8")
    command.chmod(0o755)
    monkeypatch.setattr(after_deploy, "WINDVANE", command)
    return written


def make_live(account: FakeDeployment, *, yes: bool) -> None:
    after_deploy.make_live(cast(Account, account), DEV, yes=yes)


@pytest.mark.parametrize("deployed", ["5", None])
def test_live_that_is_the_stacks_version_is_left_alone(
    moves: Path, capsys: pytest.CaptureFixture[str], deployed: str | None
) -> None:
    make_live(FakeDeployment(deployed=deployed, live="5"), yes=True)

    assert not moves.exists()
    assert capsys.readouterr().err == ""


def test_live_after_a_rollback_is_told_and_moved(
    moves: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_live(FakeDeployment(deployed="5", live="4"), yes=True)

    assert moves.read_text(encoding="utf-8") == (
        "releases rollback --stage dev --to 5 --region eu-west-1 --yes\n"
    )
    assert capsys.readouterr().err.startswith(
        "live is version 4, as a rollback left it, and this deployment's is version 5"
    )


def test_live_is_not_moved_without_a_yes(moves: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (Path("/dev/null")).open() as nothing, monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", nothing)
        with pytest.raises(NotConfirmedError, match=r"^Move live to version 5\? There is no term"):
            make_live(FakeDeployment(deployed="5", live="4"), yes=False)

    assert not moves.exists()


def test_command_that_moves_live_is_the_environments() -> None:
    assert Path(sys.executable).with_name("windvane") == after_deploy.WINDVANE
    assert after_deploy.WINDVANE.exists()
