"""One deployment for all tests of a process, and functions that run in it."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from infra.function_package import build_function_package, target_this_machine
from infra.package_zip import unzip_beside
from tests.e2e.deployment import Deployment, deploy
from tests.e2e.emulator import FunctionEmulator, LambdaRuntime, run_function
from tests.e2e.runtime_folder import copy_emulator, copy_runtime
from tests.moto_server import MotoServer, moto_server
from windvane.facts import FUNCTION_HANDLER

__all__ = ["moto_server"]

RunFunction = Callable[..., AbstractContextManager[FunctionEmulator]]


@pytest.fixture(scope="session")
def package() -> Path:
    """The function's package, for this machine and this Python."""
    return build_function_package(target_this_machine())


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> LambdaRuntime:
    if sys.platform != "linux":
        pytest.skip("AWS's runtime emulator is a program for Linux")
    folder = tmp_path_factory.mktemp("runtime")
    return LambdaRuntime(copy_emulator(folder), copy_runtime(folder / "client"), FUNCTION_HANDLER)


@pytest.fixture(scope="session")
def deployment(
    shipped_bundle: Path,
    package: Path,
    moto_server: MotoServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Deployment:
    """The stack of the default model, in moto."""
    outdir = tmp_path_factory.mktemp("deployment") / "cdk.out"
    return deploy(shipped_bundle, package, moto_server, outdir)


@pytest.fixture(scope="session")
def start_function(
    package: Path,
    runtime: LambdaRuntime,
    deployment: Deployment,
    tmp_path_factory: pytest.TempPathFactory,
) -> RunFunction:
    """Start the function with the deployment's environment, changed where the call says."""

    def start(**changed: str) -> AbstractContextManager[FunctionEmulator]:
        environ = {**deployment.environ, **changed}
        scratch = tmp_path_factory.mktemp("function")
        return run_function(unzip_beside(package), environ, runtime, scratch)

    return start


@pytest.fixture(scope="module")
def function(start_function: RunFunction) -> Iterator[FunctionEmulator]:
    """The function as it is deployed."""
    with start_function() as function:
        yield function
