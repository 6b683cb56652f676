"""What the Makefile's targets run."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


@pytest.mark.parametrize("target", ["synth", "deploy", "diff", "sam"])
@pytest.mark.parametrize("folder", ["my models/bundle", 'it\'s "one"; echo'])
def test_bundle_reaches_the_cdk_as_one_argument(target: str, folder: str) -> None:
    done = subprocess.run(
        [
            str(shutil.which("make")),
            "--dry-run",
            target,
            f"BUNDLE={folder}",
            "ALARM_EMAIL=a b@example.com",
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    [line] = [line for line in done.stdout.splitlines() if "bin/cdk" in line]
    arguments = shlex.split(line)
    assert f"bundle={folder}" in arguments
    assert "alarm_email=a b@example.com" in arguments


def test_base_digest_names_the_base_of_the_dockerfile(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\necho "sha256:of $*"\n', encoding="utf-8")
    docker.chmod(0o755)

    done = subprocess.run(
        [str(shutil.which("make")), "-s", "base-digest"],
        cwd=REPOSITORY,
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )

    tag = "python:3.13-slim-bookworm"
    assert done.stdout.startswith(f"{tag}@sha256:of buildx imagetools inspect {tag} ")
