import os
import subprocess
import sys

import pytest

from infra import before_destroy
from infra.stage_files import read_stage
from tests.conftest import REPOSITORY
from tests.infra.fake_account import FakeAccount
from tests.moto_server import REGION, MotoServer, moto_server

__all__ = ["moto_server"]


def run(server: MotoServer, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a step of make deploy or destroy against moto, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", f"infra.{module}", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **server.environ, "AWS_REGION": REGION},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_destroy_of_prod_leaves_the_data_and_says_so(moto_server: MotoServer) -> None:
    done = run(moto_server, "before_destroy", "prod", "--yes")

    assert (done.returncode, done.stdout) == (0, "windvane-prod\n")
    assert done.stderr.startswith("Kept: the stack windvane-prod-data with the table")


def test_destroy_of_dev_takes_the_data_too(moto_server: MotoServer) -> None:
    done = run(moto_server, "before_destroy", "dev", "--yes")

    assert (done.returncode, done.stdout) == (0, "windvane-dev windvane-dev-data\n")


def test_destroy_without_a_terminal_needs_a_yes(moto_server: MotoServer) -> None:
    done = run(moto_server, "before_destroy", "prod")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines()[-1] == (
        "Delete windvane-prod of AWS account 123456789012, eu-west-1? "
        "There is no terminal to answer on: YES=1 says yes."
    )


def test_destroy_lifts_the_protection_of_what_it_deletes_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = FakeAccount({"windvane-prod": "UPDATE_COMPLETE", "windvane-prod-data": "UPDATE"})
    monkeypatch.setattr(before_destroy, "find_account", lambda: account)

    before_destroy.prepare(read_stage("prod"), yes=True)

    assert account.protected == {"windvane-prod-data"}


@pytest.mark.parametrize("module", ["before_deploy", "before_destroy"])
def test_step_names_the_stages_there_are(moto_server: MotoServer, module: str) -> None:
    done = run(moto_server, module, "production")

    assert done.returncode == 1
    assert done.stderr == (
        "There is no stages/production.toml; the stages with a file are dev and prod.\n"
    )


def test_deployment_without_a_terminal_needs_a_yes(moto_server: MotoServer) -> None:
    done = run(moto_server, "before_deploy", "dev")

    assert done.returncode == 1
    assert done.stderr == (
        "The CDK asks before it changes permissions, and there is no terminal to answer on: "
        "YES=1 says yes.\n"
    )


def test_deployment_names_the_account_and_goes_on(moto_server: MotoServer) -> None:
    done = run(moto_server, "before_deploy", "dev", "--yes")

    assert (done.returncode, done.stderr) == (0, "AWS account 123456789012, eu-west-1\n")
