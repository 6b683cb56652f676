"""A stage in moto, and the command that is run against it."""

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from tests.windvane.cli.releases.deployed_stage import STAGE, DeployedStage
from windvane.cli.main import windvane

Releases = Callable[..., Result]


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
