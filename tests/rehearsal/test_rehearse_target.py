"""What ``make rehearse`` runs, and what it prints at the end."""

import io
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.rehearsal.__main__ import describe, find_bundle_fault, make_folder
from tests.rehearsal.caller import Caller
from tests.rehearsal.expectations import StepError
from tests.rehearsal.step_report import StepReport


@pytest.mark.parametrize(
    ("settings", "arguments"),
    [
        ([], ["dev"]),
        (["STAGE=prod", "KEEP=1"], ["prod", "--keep"]),
        (["STAGE=it's; echo"], ["it's; echo"]),
        (["BUNDLE=my bundle"], ["dev", "--bundle", "my bundle"]),
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


def fail_in(folder: Path) -> None:
    (folder / "deploy.log").write_text("no such stage", encoding="utf-8")
    raise StepError("deploy", expected=0, got=2)


def test_logs_outlive_a_step_that_fails(tmp_path: Path) -> None:
    report, logs = StepReport(output=io.StringIO()), tmp_path / "logs"

    with pytest.raises(StepError), make_folder(report, logs) as folder:
        fail_in(folder)

    assert (logs / "deploy.log").read_text(encoding="utf-8") == "no such stage"
    assert not folder.exists()


def test_nothing_is_left_of_a_rehearsal_that_passes(tmp_path: Path) -> None:
    report, logs = StepReport(output=io.StringIO()), tmp_path / "logs"

    with make_folder(report, logs) as folder:
        (folder / "deploy.log").write_text("done", encoding="utf-8")

    assert not folder.exists()
    assert not logs.exists()


def test_bundle_that_can_be_released_has_no_fault(tiny_bundle: Path) -> None:
    assert find_bundle_fault("dev", tiny_bundle) is None
    assert find_bundle_fault("options", None) is None


def test_bundle_that_cannot_be_released_is_refused_before_the_rehearsal(
    tiny_bundle: Path, tmp_path: Path
) -> None:
    assert "releases no second bundle" in str(find_bundle_fault("options", tiny_bundle))
    assert find_bundle_fault("dev", tmp_path)
