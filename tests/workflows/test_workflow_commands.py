"""The commands of the workflows exist, with the options that they get."""

import re

import click
import pytest

from tests.workflows.workflow_files import JOBS
from windvane.cli.main import windvane

SCRIPTS = [step["run"] for job in JOBS for step in job.steps if "run" in step]
CALLS = sorted({call for text in SCRIPTS for call in re.findall(r"\.venv/bin/windvane (.+)", text)})
OPTION = re.compile(r"--[a-z-]+")
OTHER_OPTIONS = {
    "smoke": {option for text in SCRIPTS if "smoke()" in text for option in OPTION.findall(text)},
    "retrain": {"--replay"},
}
"""Options that a script adds to a call of the command elsewhere than in its line."""


def test_workflows_call_the_command() -> None:
    assert {call.split()[0] for call in CALLS} == {"models", "retrain", "smoke"}


@pytest.mark.parametrize("call", CALLS)
def test_windvane_command_has_the_options_of_its_call(call: str) -> None:
    context = click.Context(windvane)
    name, *words = call.split()
    command = windvane.get_command(context, name)
    if isinstance(command, click.Group):
        command = command.get_command(context, words[0])

    assert command
    known = {option for param in command.params for option in param.opts}
    assert known >= {*OPTION.findall(call), *OTHER_OPTIONS.get(name, ())}
