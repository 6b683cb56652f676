"""What the Makefile's targets run."""

import shlex
import shutil
import subprocess

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
