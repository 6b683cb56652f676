"""The image's recipe: what it copies, what it trims, and what a linter says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from infra.image_wheels import AWS_SERVICES, trim_services
from tests.conftest import REPOSITORY

DOCKERFILE = REPOSITORY / "Dockerfile"
TEXT = DOCKERFILE.read_text(encoding="utf-8")
IGNORED = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
SENT = {line.removeprefix("!") for line in IGNORED if line.startswith("!")}
HADOLINT = (str(Path(sys.executable).with_name("hadolint")), "--no-color")
CLIENT = re.compile(r"""client\(\s*["']([a-z0-9-]+)["']""")


def list_sources() -> set[str]:
    """List what the Dockerfile copies out of the repository."""
    lines = re.sub(r"\\\n\s*", "", TEXT).splitlines()
    copies = [line.split()[1:-1] for line in lines if line.startswith("COPY ")]
    return {
        path.rstrip("/") for paths in copies for path in paths if not paths[0].startswith("--from")
    }


def lint(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*HADOLINT, str(path)], capture_output=True, text=True, check=False)


def test_hadolint_finds_no_fault() -> None:
    done = lint(DOCKERFILE)

    assert done.returncode == 0, done.stdout


def test_hadolint_finds_a_fault(tmp_path: Path) -> None:
    broken = tmp_path / "Dockerfile"
    broken.write_text(TEXT.replace("FROM ${BASE} AS app", "FROM python AS app"), encoding="utf-8")

    assert "DL3006" in lint(broken).stdout


def test_every_copied_path_is_sent_to_docker_and_nothing_else() -> None:
    sources = list_sources()

    assert len(sources) > 5
    assert {path.partition("/")[0] for path in SENT} == {path.partition("/")[0] for path in sources}
    assert all((REPOSITORY / path).exists() for path in SENT)
    assert IGNORED[1] == "*"


def test_base_is_an_argument_that_a_digest_can_pin() -> None:
    assert "ARG BASE=python:3.13-slim-bookworm\n" in TEXT
    assert set(re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE)) == {"${BASE}", "scratch"}


def test_hashes_of_everything_that_is_installed_are_compared() -> None:
    installs = re.findall(r"pip install .*?(?=&&|\nCOPY|\n\n)", TEXT, re.DOTALL)

    assert len(installs) == 3
    assert all(re.search("--require-(build-)?hashes", install) for install in installs)


def test_services_that_the_commands_call_are_kept() -> None:
    sources = [*REPOSITORY.glob("windvane/**/*.py"), *REPOSITORY.glob("functions/**/*.py")]

    called = {name for path in sources for name in CLIENT.findall(path.read_text("utf-8"))}

    assert called >= {"s3", "lambda", "cloudformation"}
    # A page says how a client of Comprehend speaks to us.
    assert called - {"comprehend"} <= AWS_SERVICES


def test_trim_services_keeps_ours_and_the_endpoints(tmp_path: Path) -> None:
    for name in ("s3", "ec2"):
        (tmp_path / name).mkdir()
    (tmp_path / "endpoints.json").touch()

    trim_services(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["endpoints.json", "s3"]


@pytest.mark.parametrize("service", sorted(AWS_SERVICES))
def test_service_is_one_that_botocore_has(service: str) -> None:
    import botocore

    assert (Path(botocore.__file__).parent / "data" / service).is_dir()
