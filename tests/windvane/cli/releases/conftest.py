"""A stage in moto, and the command that is run against it."""

from collections.abc import Callable, Iterator
from functools import cache

import botocore.loaders
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from tests.windvane.cli.releases.deployed_stage import REGION, STAGE, DeployedStage
from windvane.cli.main import windvane

Releases = Callable[..., Result]

share_loader = cache(botocore.loaders.create_loader)


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names a region and nothing else of AWS, whatever this machine has."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # Each command makes a session of its own, which would parse AWS's API models again.
    monkeypatch.setattr("botocore.session.create_loader", share_loader)
    monkeypatch.setenv("AWS_REGION", REGION)
    return monkeypatch


@pytest.fixture
def stage(aws_environment: pytest.MonkeyPatch) -> Iterator[DeployedStage]:
    """The stage prod in an account of moto's."""
    with mock_aws():
        yield DeployedStage()


@pytest.fixture
def run_releases() -> Releases:
    """Run ``windvane releases COMMAND --stage prod ...``."""

    def run(command: str, *arguments: str, answer: str = "") -> Result:
        words = ["releases", command, "--stage", STAGE, *arguments]
        return CliRunner().invoke(windvane, words, input=answer)

    return run
