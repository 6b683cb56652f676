"""onnxruntime's telemetry is off in every process of ours."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

# What onnxruntime takes from its import to its first look-up of a telemetry host is 9.4 seconds.
WATCHED_SECONDS = 12
OPEN_MODEL = "import sys, onnxruntime as ort; ort.InferenceSession(sys.argv[1])"
IMPORTS = {
    "library": "import windvane; windvane.load_classifier().classify(['I love it'])",
    "command": "import windvane.cli.main",
    "function": "import functions.classify_api.handler",
    "server": "import windvane.server.local_server",
    "export": "import model_export",
    "training": "import windvane.training",
    "benchmarks": "import benchmarks",
    "tests": "import tests.conftest",
}


def _run_in_home(home: Path, program: str, *before: str) -> subprocess.Popen[bytes]:
    """Start a program with an empty home folder, then open a model with onnxruntime itself.

    Nothing else of the environment is passed on: onnxruntime sends nothing where ``CI``,
    ``GITHUB_ACTIONS`` or a variable of that kind is set.
    """
    model = REPOSITORY / "models" / "sentiment-minilm" / "bundle" / "model.onnx"
    code = f"{program}\n{OPEN_MODEL}"
    return subprocess.Popen(
        [*before, sys.executable, "-c", code, str(model)],
        cwd=REPOSITORY,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
    )


@dataclass(frozen=True)
class Trace:
    """A process that classifies under strace, and the file of its network calls."""

    process: subprocess.Popen[bytes]
    file: Path


@pytest.fixture(scope="module", autouse=True)
def trace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trace | None]:
    """Watch a process while the other tests run; None where there is no strace."""
    strace = shutil.which("strace")
    if strace is None:
        yield None
        return
    file = tmp_path_factory.mktemp("trace") / "calls"
    program = f"{IMPORTS['library']}\nimport time; time.sleep({WATCHED_SECONDS})"
    command = (strace, "-f", "-qq", "-e", "trace=network", "-o", str(file))
    with _run_in_home(tmp_path_factory.mktemp("home"), program, *command) as process:
        yield Trace(process, file)


@pytest.mark.parametrize("name", IMPORTS)
def test_process_writes_nothing_into_an_empty_home(name: str, tmp_path: Path) -> None:
    with _run_in_home(tmp_path, IMPORTS[name]) as process:
        assert process.wait() == 0

    assert list(tmp_path.rglob("*")) == []


def test_onnxruntime_alone_writes_into_the_home(tmp_path: Path) -> None:
    """When this fails, onnxruntime has changed, and the other tests no longer show anything."""
    with _run_in_home(tmp_path, "") as process:
        assert process.wait() == 0

    assert list(tmp_path.rglob("deviceid"))


def test_modules_that_import_onnxruntime_lie_in_a_package_that_switches_it_off() -> None:
    users = {
        path.relative_to(REPOSITORY).parts[0]
        for folder in ("functions", "windvane", "model_export", "infra", "benchmarks", "tests")
        for path in (REPOSITORY / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name.partition(".")[0] in ("onnxruntime", "optimum")
    }

    assert {"windvane", "model_export"} <= users
    assert users <= {"windvane", "model_export", "benchmarks", "tests"}


def test_library_calls_no_network(trace: Trace | None) -> None:
    if trace is None:
        pytest.skip("strace is not installed")

    assert trace.process.wait(timeout=60) == 0

    assert trace.file.read_text() == ""
