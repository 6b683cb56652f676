"""The commands of the workflows exist, with the options that they get."""

import re

import click
import pytest

from tests.workflows.workflow_files import JOBS
from windvane.cli.main import windvane

SCRIPTS = [step["run"] for job in JOBS for step in job.steps if "run" in step]
CALLS = sorted({call for text in SCRIPTS for call in re.findall(r"\.venv/bin/windvane (.+)", text)})
OPTIONS = set(re.findall(r"--[a-z-]+", " ".join(SCRIPTS)))


def test_workflows_smoke_test() -> None:
    assert {call.split()[0] for call in CALLS} == {"smoke"}


@pytest.mark.parametrize("call", CALLS)
def test_windvane_command_exists(call: str) -> None:
    assert windvane.get_command(click.Context(windvane), call.split()[0])


def test_smoke_has_the_options_of_its_calls() -> None:
    command = windvane.get_command(click.Context(windvane), "smoke")

    assert command
    assert {option for param in command.params for option in param.opts} >= OPTIONS
