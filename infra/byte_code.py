"""Byte code for Lambda's Python, compiled by that Python if this machine has it.

Lambda's package folder is read-only: without byte code every cold start compiles every module.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import uv

TASK_ROOT = "/var/task"
"""Where Lambda unpacks the function; tracebacks name files there."""


@dataclass(frozen=True)
class Compiler:
    """A Python interpreter whose byte code the function can load."""

    executable: str
    version: str


def find_compiler(python: str) -> Compiler | None:
    """Find a Python of this version on the machine, or return None.

    Args:
        python: Major and minor version, such as ``3.13``.
    """
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        executable = sys.executable
    else:
        executable = _find_with_uv(python)
    if not executable:
        return None
    version = subprocess.run(  # noqa: S603 - a Python that uv found
        [executable, "--version"], capture_output=True, text=True, check=True
    )
    return Compiler(executable, version.stdout.strip())


def _find_with_uv(python: str) -> str:
    # A pyenv shim runs only the version that is selected.
    environ = {**os.environ, "PYENV_VERSION": python, "UV_PYTHON_DOWNLOADS": "never"}
    search = subprocess.run(  # noqa: S603 - uv
        [uv.find_uv_bin(), "python", "find", "--no-project", "--no-config", f"cpython{python}"],
        capture_output=True,
        text=True,
        check=False,
        env=environ,
    )
    return search.stdout.strip() if search.returncode == 0 else ""


def compile_folder(folder: Path, compiler: Compiler) -> None:
    """Write the byte code of every module in a folder.

    Python loads it without checking the source (unchecked-hash). The same sources give the same
    bytes: one process, files in order of name, a fixed hash seed.
    """
    options = ["--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", TASK_ROOT]
    subprocess.run(  # noqa: S603 - a Python that uv found
        [compiler.executable, "-m", "compileall", "-q", *options, str(folder)],
        check=True,
        env={"PYTHONHASHSEED": "0"},
    )
