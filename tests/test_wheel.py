"""The wheel, installed into empty environments away from the clone."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import REPOSITORY
from tests.test_requirements import APART, read_pins
from tests.windvane.api.serve_process import run_serve

UV = Path(sysconfig.get_path("scripts")) / "uv"
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
VERSION = PROJECT["version"]
MINORS = [
    name.rpartition(" :: ")[2] for name in PROJECT["classifiers"] if re.search(r" :: 3\.\d+$", name)
]
REQUIREMENTS = REPOSITORY / "requirements"
CLASSIFY = """
import json
import windvane

with windvane.load_classifier(threads=1) as classifier:
    predictions = classifier.classify(["I love it", "I hate it"])
print(json.dumps([windvane.__version__, windvane.__file__, *(p.label for p in predictions)]))
"""
TYPED = """
from windvane import Prediction, load_classifier

predictions: list[Prediction] = load_classifier("folder", threads=2).classify(["I love it"])
score: float = predictions[0].score
label: int = predictions[0].label
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment that holds the wheel and what it depends on."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def install(self, *arguments: str) -> None:
        run_uv("pip", "install", "--python", str(self.python), *arguments)

    def run(self, *command: str) -> str:
        """Run a command of this environment, outside the clone and with no variable of ours."""
        environ = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WINDVANE_", "PYTHON"))
        }
        program = self.folder / "bin" / command[0]
        finished = subprocess.run(
            [str(program), *command[1:]],
            cwd=self.folder,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        return finished.stdout


def find_python(minor: str) -> str | None:
    """Find an interpreter of a version: on PATH, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [*os.get_exec_path(), *map(str, pyenv.glob(f"versions/{minor}*/bin"))]
    for folder in folders:
        path = Path(folder, f"python{minor}")
        if path.is_file() and "shims" not in path.parts:
            return str(path)
    return None


def run_uv(*arguments: str) -> None:
    environ = {**os.environ, "UV_NO_PROGRESS": "1"}
    finished = subprocess.run(
        [str(UV), *arguments], env=environ, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pinned = ["--require-build-hashes", "--build-constraints", str(REQUIREMENTS / "build.txt")]
    run_uv("build", "--wheel", *pinned, "--out-dir", str(folder), str(REPOSITORY))
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module", params=MINORS)
def environment(
    wheel: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    python = find_python(request.param)
    if python is None:
        pytest.skip(f"there is no Python {request.param} here")
    folder = tmp_path_factory.mktemp("environment")
    run_uv("venv", "--python", python, str(folder))
    constraints = [f"--constraint={REQUIREMENTS / name}.txt" for name in ("functions", "cli")]
    made = Environment(folder)
    made.install(*constraints, str(wheel))
    return made


@pytest.fixture(scope="module")
def lowest_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The lowest versions that the package says it works with."""
    folder = tmp_path_factory.mktemp("lowest")
    run_uv("venv", "--python", sys.executable, str(folder))
    made = Environment(folder)
    made.install("--resolution=lowest-direct", *PROJECT["dependencies"])
    made.install("--no-deps", str(wheel))
    return made


def test_python_of_these_tests_is_one_that_the_package_names() -> None:
    assert find_python(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in MINORS


def test_wheel_holds_two_packages_and_their_files(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {
        path.relative_to(REPOSITORY).as_posix()
        for package in ("windvane", "model_export")
        for path in (REPOSITORY / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    models = {"bundle/manifest.json", "bundle/model.onnx", "bundle/tokenizer.json"}

    tops = {name.partition("/")[0] for name in names}
    assert tops == {"windvane", "model_export", f"windvane-{VERSION}.dist-info"}
    assert len(sources) > 300
    assert sources <= names
    assert {f"windvane/default_model/{name}" for name in models} <= names
    assert "windvane/default_model/naive-bayes.npz" in names


def test_installed_library_classifies(environment: Environment) -> None:
    version, file, *labels = json.loads(environment.run("python", "-c", CLASSIFY))

    assert version == VERSION
    assert Path(file).is_relative_to(environment.folder)
    assert labels == ["positive", "negative"]


def test_installed_command_classifies(environment: Environment) -> None:
    line = environment.run("windvane", "classify", "--format", "jsonl", "I love it")

    assert json.loads(line)["label"] == "positive"
    assert environment.run("windvane", "--version").startswith(f"windvane {VERSION}")


def test_installed_library_is_typed(environment: Environment, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(TYPED, encoding="utf-8")

    checked = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file=", "--no-error-summary"),
            *("--python-executable", str(environment.python), str(program)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    [problem] = checked.stdout.splitlines()
    assert problem.startswith("program.py:6: error: Incompatible types in assignment")


def test_lowest_versions_classify_and_serve(lowest_environment: Environment) -> None:
    _, _, *labels = json.loads(lowest_environment.run("python", "-c", CLASSIFY))
    program = lowest_environment.folder / "bin" / "windvane"

    with run_serve(program=program, folder=lowest_environment.folder) as server:
        classified = httpx.post(f"{server.url}/sentiment", json={"text": "I love it"})
        page = httpx.get(server.url)
        metrics = httpx.get(f"{server.url}/metrics")

    assert labels == ["positive", "negative"]
    assert classified.json()["sentiment"] == "positive"
    assert (page.status_code, metrics.status_code) == (200, 200)


@pytest.mark.parametrize("extra", [None, *PROJECT["optional-dependencies"]])
def test_ranges_of_the_package_allow_the_pins(extra: str | None) -> None:
    pins: dict[str, str] = {}
    for path in REQUIREMENTS.glob("*.txt"):
        if path.name not in APART:
            pins |= read_pins(path)
    listed = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    requirements = [Requirement(line) for line in listed]

    assert requirements
    for requirement in requirements:
        if requirement.name != "windvane":
            assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])
