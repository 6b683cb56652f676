"""Schemathesis, which reads the contract and sends what it allows and what it forbids."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.windvane.api.serve_process import run_serve
from tests.windvane.jobs.fake_step_functions import MACHINE, serve_step_functions
from windvane.api.examples import JOB_ID

CONFIG = REPOSITORY / "tests" / "contract" / "schemathesis.toml"


def test_schemathesis_finds_nothing(tiny_bundle: Path, tmp_path: Path) -> None:
    environ = {
        "WINDVANE_BUNDLE_URI": str(tiny_bundle),
        "WINDVANE_RESULT_LOG_URI": f"sqlite:///{tmp_path}/results.db",
        "WINDVANE_STORE_TEXT": "full",
        "WINDVANE_JOBS_ARN": MACHINE,
        "WINDVANE_JOB_INPUTS": "s3://texts/",
        "WINDVANE_JOB_OUTPUTS": "s3://results/",
    }

    with (
        serve_step_functions() as step_functions,
        run_serve(environ={**environ, **step_functions.environ}) as server,
    ):
        step_functions.start(JOB_ID)
        step_functions.end(JOB_ID, "FAILED")
        run = _run_schemathesis(f"{server.url}/openapi.json", tmp_path)

    assert run.returncode == 0, run.stdout
    assert "No issues found" in run.stdout
    assert "Tested: 0" not in run.stdout


def _run_schemathesis(url: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run all checks in a folder of its own, which it writes into."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", url]
    environ = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "100"}
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=300
    )
