"""The scripts in the workflows do what they say, with stand-ins for what they call."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.workflows.workflow_files import find_job, find_script

CALL = 'echo "$(basename "$0") $* as $AWS_ACCESS_KEY_ID" >> "$CALLS"\n'
WINDVANE = """\
if [ "$1" = retrain ]; then exit "$RETRAIN_STATUS"; fi
case "$*" in *--every*) exit "$LOOP_STATUS" ;; esac
[ -e "$ANSWERS" ]
"""
DEPLOY = """\
if [ "$MAKE_STATUS" = 0 ]; then touch "$ANSWERS"; fi
echo "what make said"
exit "$MAKE_STATUS"
"""
LOOKUP = {"LOOKUP_KEY_ID": "reader", "LOOKUP_KEY": "key", "LOOKUP_TOKEN": "token"}


class Runner:
    """Runs a step's script as GitHub does, in a folder where make and windvane are stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        self.answers = folder / "answers"
        self.summary = folder / "summary"
        for path, body in ((".venv/bin/windvane", WINDVANE), ("bin/make", DEPLOY)):
            program = folder / path
            program.parent.mkdir(parents=True)
            program.write_text(f"#!/bin/bash\n{CALL}{body}", encoding="utf-8")
            program.chmod(0o755)

    def run(self, script: str, **environ: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        files = {"CALLS": self.calls, "ANSWERS": self.answers, "GITHUB_STEP_SUMMARY": self.summary}
        defaults = {"AWS_ACCESS_KEY_ID": "deployer", "MAKE_STATUS": "0", "LOOP_STATUS": "0"}
        return subprocess.run(
            ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env={"PATH": path, **{k: str(v) for k, v in files.items()}, **defaults, **environ},
            capture_output=True,
            text=True,
            check=False,
        )

    def list_calls(self) -> list[str]:
        return self.calls.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.fixture(scope="module")
def prod_script() -> str:
    script: str = find_script(find_job("deploy.yml", "prod"), "make deploy")["run"]
    return script


def test_prod_is_asked_before_during_and_after_its_deployment(
    runner: Runner, prod_script: str
) -> None:
    runner.answers.touch()

    done = runner.run(prod_script, WATCH_MINUTES="20", **LOOKUP)

    calls = runner.list_calls()
    assert done.returncode == 0, done.stderr
    assert calls[0] == calls[-1] == "windvane smoke --stage prod as reader"
    assert sorted(calls[1:-1]) == [  # at the same time
        "make deploy STAGE=prod YES=1 as deployer",
        "windvane smoke --stage prod --every 5 --for 20 as reader",
    ]


def test_request_that_failed_during_the_canary_fails_the_job(
    runner: Runner, prod_script: str
) -> None:
    runner.answers.touch()

    done = runner.run(prod_script, WATCH_MINUTES="20", LOOP_STATUS="1", **LOOKUP)

    assert done.returncode == 1


def test_deployment_that_was_rolled_back_fails_the_job(runner: Runner, prod_script: str) -> None:
    runner.answers.touch()

    done = runner.run(prod_script, WATCH_MINUTES="20", MAKE_STATUS="2", **LOOKUP)

    assert done.returncode == 2


def test_first_deployment_has_nobody_to_ask_until_it_is_over(
    runner: Runner, prod_script: str
) -> None:
    done = runner.run(prod_script, WATCH_MINUTES="20", **LOOKUP)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("::warning::prod did not answer before this deployment")
    assert runner.list_calls() == [
        "windvane smoke --stage prod as reader",
        "make deploy STAGE=prod YES=1 as deployer",
        "windvane smoke --stage prod as reader",
    ]


def test_diff_of_prod_is_in_the_summary(runner: Runner) -> None:
    script = find_script(find_job("deploy.yml", "diff"), "make diff")["run"]

    done = runner.run(script)

    assert done.returncode == 0, done.stderr
    assert runner.list_calls() == ["make diff STAGE=prod as deployer"]
    assert runner.summary.read_text(encoding="utf-8") == (
        "## What this deployment changes in prod\n\n```text\nwhat make said\n```\n"
    )


def test_diff_that_fails_fails_the_job(runner: Runner) -> None:
    script = find_script(find_job("deploy.yml", "diff"), "make diff")["run"]

    done = runner.run(script, MAKE_STATUS="1")

    assert done.returncode == 1


def test_every_stage_is_synthesized(runner: Runner) -> None:
    script = find_script(find_job("ci.yml", "synth"), "make synth")["run"]
    (runner.folder / "stages").mkdir()
    for name in ("dev", "pr-42", "prod"):
        (runner.folder / "stages" / f"{name}.toml").touch()

    done = runner.run(script)

    assert done.returncode == 0, done.stderr
    assert runner.list_calls() == [
        f"make synth STAGE={name} PYTHON=python as deployer" for name in ("dev", "pr-42", "prod")
    ]


def test_stage_that_cannot_be_synthesized_fails_the_job(runner: Runner) -> None:
    script = find_script(find_job("ci.yml", "synth"), "make synth")["run"]
    (runner.folder / "stages").mkdir()
    (runner.folder / "stages" / "dev.toml").touch()

    done = runner.run(script, MAKE_STATUS="1")

    assert done.returncode == 1


RETRAIN = {
    "EVALUATION": "data/a.jsonl,ignore=neutral data/b.jsonl",
    "REPLAY": "data/old.jsonl data/more.jsonl,weight=0.5",
    "RESULT_LOG": "dynamodb://results",
    "GATE": "gate.toml",
}


@pytest.mark.parametrize("status", ["0", "1", "2"])
def test_model_script_ends_as_the_retraining_does_and_shows_its_page(
    runner: Runner, status: str
) -> None:
    script = find_script(find_job("model.yml", "retrain"), "windvane retrain")["run"]
    if status != "2":
        (runner.folder / "retrained").mkdir()
        (runner.folder / "retrained" / "report.md").write_text("# What it said\n")
    runner.summary.touch()

    done = runner.run(script, RETRAIN_STATUS=status, **RETRAIN)

    assert done.returncode == int(status), done.stderr
    assert runner.list_calls() == [
        "windvane retrain data/a.jsonl,ignore=neutral data/b.jsonl --result-log dynamodb://results "
        "--replay data/old.jsonl --replay data/more.jsonl,weight=0.5 --gate gate.toml "
        "--output retrained as deployer"
    ]
    shown = "" if status == "2" else "# What it said\n"
    assert runner.summary.read_text(encoding="utf-8") == shown
