"""Byte code for another Python than the one that builds: made by that Python, if it is here.

Lambda cannot keep the byte code that it compiles, so without it every cold start compiles every
module again.
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
    """A Python whose byte code the function can load."""

    executable: str
    version: str


def find_compiler(python: str) -> Compiler | None:
    """Find a Python of this version on the machine, or answer None.

    Args:
        python: Major and minor version, such as ``3.13``.
    """
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        executable = sys.executable
    else:
        executable = _ask_uv(python)
    if not executable:
        return None
    version = subprocess.run(  # noqa: S603 - a Python that uv found
        [executable, "--version"], capture_output=True, text=True, check=True
    )
    return Compiler(executable, version.stdout.strip())


def _ask_uv(python: str) -> str:
    # A shim of pyenv runs only the version that was chosen.
    environ = {**os.environ, "PYENV_VERSION": python, "UV_PYTHON_DOWNLOADS": "never"}
    found = subprocess.run(  # noqa: S603 - uv
        [uv.find_uv_bin(), "python", "find", "--no-project", "--no-config", f"cpython{python}"],
        capture_output=True,
        text=True,
        check=False,
        env=environ,
    )
    return found.stdout.strip() if found.returncode == 0 else ""


def compile_folder(folder: Path, compiler: Compiler) -> None:
    """Write the byte code of every module beside it.

    It is loaded without a look at the source (unchecked-hash), and the same sources give the same
    bytes: one process, files in order of name, a fixed hash seed.
    """
    options = ["--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", TASK_ROOT]
    subprocess.run(  # noqa: S603 - a Python that uv found
        [compiler.executable, "-m", "compileall", "-q", *options, str(folder)],
        check=True,
        env={"PYTHONHASHSEED": "0"},
    )
