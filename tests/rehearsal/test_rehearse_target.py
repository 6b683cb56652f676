"""What ``make rehearse`` runs, and what it prints at the end."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.rehearsal.__main__ import describe
from tests.rehearsal.caller import Caller


@pytest.mark.parametrize(
    ("settings", "arguments"),
    [
        ([], ["dev"]),
        (["STAGE=prod", "KEEP=1"], ["prod", "--keep"]),
        (["STAGE=it's; echo"], ["it's; echo"]),
    ],
)
def test_target_passes_its_settings_on(settings: list[str], arguments: list[str]) -> None:
    done = subprocess.run(
        [str(shutil.which("make")), "--dry-run", "rehearse", *settings],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    [line] = [line for line in done.stdout.splitlines() if "tests.rehearsal" in line]
    assert shlex.split(line)[3:] == arguments


def test_description_of_what_is_kept_is_a_curl_command_with_the_key(tmp_path: Path) -> None:
    caller = Caller(
        url="https://127.0.0.1:1/api/dev", key="secret", certificate=tmp_path / "a b.crt"
    )

    text = describe(caller)

    [command] = [line for line in text.splitlines() if line.startswith("curl")]
    assert "x-api-key: secret" in shlex.split(command)
    assert str(caller.certificate) in shlex.split(command)
    assert "URL: https://127.0.0.1:1/api/dev/\n" in text
