"""What AWS puts around a function, from its wheels: the emulator and the runtime client."""

import platform
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path

EMULATOR = (
    f"samcli/local/rapid/aws-lambda-rie-{'x86_64' if platform.machine() == 'x86_64' else 'arm64'}"
)
RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")


def copy_emulator(folder: Path) -> Path:
    """Copy AWS's emulator; its wheel does not always leave it executable."""
    copy = folder / "aws-lambda-rie"
    shutil.copyfile(Path(str(distribution("aws-sam-cli").locate_file(EMULATOR))), copy)
    copy.chmod(0o755)
    return copy


def copy_runtime(folder: Path) -> Path:
    """Copy the runtime client and its closure: Lambda's /var/runtime.

    A function that found the test environment's packages would hide what its own package lacks.
    """
    for name in RUNTIME:
        for path in distribution(name).files or ():
            if ".." in path.parts or "__pycache__" in path.parts:
                continue
            copy = folder / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(Path(str(path.locate())), copy)
    return folder


def python_without_packages() -> list[str]:
    """Name this Python with an import path that holds its standard library only."""
    return [getattr(sys, "_base_executable", sys.executable), "-S", "-s"]
