"""The deployed package under AWS's runtime emulator."""

from pathlib import Path
from typing import Any, Protocol

from benchmarks.command_line import BenchmarkError
from infra.function_package import build_function_package, target_this_machine
from infra.package_zip import unzip_beside
from tests.e2e.emulator import LambdaRuntime
from tests.e2e.runtime_folder import copy_emulator, copy_runtime
from windvane.facts import FUNCTION_HANDLER

HTTP_OK = 200


class FunctionError(BenchmarkError):
    """A function did not respond with status 200; the message holds its response."""


class RunningFunction(Protocol):
    """A function that accepts events."""

    @property
    def log(self) -> Path:
        """File with the log of the function and its emulator."""
        ...

    def invoke(self, event: object) -> dict[str, Any]:
        """Send an event; returns what the handler returned, or its error."""
        ...


def unzip_package() -> Path:
    """Build the Lambda package for this machine; returns its unzipped folder."""
    return unzip_beside(build_function_package(target_this_machine()))


def prepare_runtime(folder: Path) -> LambdaRuntime:
    """Copy the emulator and the runtime client into a folder."""
    return LambdaRuntime(copy_emulator(folder), copy_runtime(folder / "client"), FUNCTION_HANDLER)


def invoke(function: RunningFunction, event: dict[str, Any]) -> dict[str, Any]:
    """Send an event; returns what the handler returned.

    Raises:
        FunctionError: Its status is not 200.
    """
    response = function.invoke(event)
    if response.get("statusCode") != HTTP_OK:
        raise FunctionError(f"The function responded {response}")
    return response
