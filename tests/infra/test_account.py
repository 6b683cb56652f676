import os
import subprocess
import sys

from tests.conftest import REPOSITORY
from tests.moto_server import MotoServer, moto_server

__all__ = ["moto_server"]

COMMAND = (sys.executable, "-m", "infra.account")
NOBODY = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


def ask(**environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command in an environment without AWS's variables but these."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        COMMAND,
        cwd=REPOSITORY,
        env={**own, **NOBODY, "AWS_EC2_METADATA_DISABLED": "true", **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_account_is_named(moto_server: MotoServer) -> None:
    done = ask(**moto_server.environ, AWS_DEFAULT_REGION="eu-west-1")

    assert (done.returncode, done.stderr) == (0, "AWS account 123456789012\n")


def test_account_says_in_one_sentence_that_there_are_no_credentials() -> None:
    done = ask(AWS_DEFAULT_REGION="eu-west-1")

    assert done.returncode == 1
    assert done.stderr.startswith("AWS cannot be asked: Unable to locate credentials.")
    assert "AWS_PROFILE" in done.stderr
    assert "Traceback" not in done.stderr


def test_account_without_a_region_says_so_in_one_sentence() -> None:
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    for environ in ({}, {"AWS_DEFAULT_REGION": "", "AWS_REGION": ""}):
        done = ask(**keys, **environ)

        assert done.returncode == 1
        assert done.stderr.startswith("No AWS region is set: set AWS_REGION")
        assert done.stderr.count("\n") == 1


def test_account_with_an_unknown_profile_says_so() -> None:
    done = ask(AWS_PROFILE="nobody")

    assert done.returncode == 1
    assert "nobody" in done.stderr
    assert "Traceback" not in done.stderr
