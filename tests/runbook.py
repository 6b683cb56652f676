"""The commands and queries of docs/runbook.md, taken apart."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore import xform_name

RUNBOOK = (Path(__file__).parents[1] / "docs" / "runbook.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```bash\n(.*?)```", RUNBOOK, re.DOTALL)
SHELL = "\n".join(BLOCKS)
QUERIES = re.findall(r"```sql\n(.*?)```", RUNBOOK, re.DOTALL)
INLINE = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", RUNBOOK, flags=re.DOTALL))
COMMANDS = [*SHELL.splitlines(), *(" ".join(code.split()) for code in INLINE)]
WINDVANE_COMMANDS = re.findall(r"\.venv/bin/windvane ([^|`\n]+)", RUNBOOK)
MAKE_COMMANDS = re.findall(r"(?:^|`)make ([a-z-]+)([^`\n]*)", RUNBOOK, re.MULTILINE)
SERVICES = {"deploy": "codedeploy", "s3api": "s3"}
"""What the AWS CLI calls otherwise than the API does."""


def find_aws_commands() -> list[list[str]]:
    """Split each call of the AWS CLI into words, whatever it stands in."""
    calls = []
    for command in COMMANDS:
        for start in re.finditer(r"(?:^|\$\(|[;(] *)aws (?=[a-z])", command.strip()):
            words = _split(command.strip()[start.end() :])
            if len(words) > 1:
                calls.append(words)
    return calls


def _split(command: str) -> list[str]:
    """Split until the parenthesis that ends a command substitution, or the command's own end."""
    depth, quote = 0, ""
    for place, char in enumerate(command):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
            if depth < 0:
                return shlex.split(command[:place])
        elif char in "|>;" and not depth:
            return shlex.split(command[:place])
    return shlex.split(command)


@cache
def find_operations(service: str) -> dict[str, Any]:
    """Answer the API's operations by the AWS CLI's names."""
    model = _session().get_service_model(SERVICES.get(service, service))
    return {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


def find_options(operation: Any) -> Iterator[str]:
    """List the options that the AWS CLI makes of an operation's members."""
    for name, shape in operation.input_shape.members.items() if operation.input_shape else ():
        option = xform_name(name, "-")
        yield f"--{option}"
        if shape.type_name == "boolean":
            yield f"--no-{option}"


AWS_COMMANDS = find_aws_commands()
