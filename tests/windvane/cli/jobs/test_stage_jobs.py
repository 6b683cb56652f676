"""``windvane jobs`` with a stage: what is shown before a job starts, while it runs, and after."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from tests.windvane.cli.jobs.stage_with_jobs import (
    BUCKET,
    CONCURRENCY,
    INPUT,
    OUTPUT,
    STAGE,
    StageWithJobs,
    build_stack,
    build_stage,
)
from tests.windvane.jobs.fake_step_functions import serve_step_functions
from windvane.bundle_store import open_bundle
from windvane.cli.jobs import stage_commands
from windvane.cli.main import windvane
from windvane.inference.classifier import Classifier

Jobs = Callable[..., Result]
ROWS = 2000


@pytest.fixture
def stage(aws_environment: pytest.MonkeyPatch) -> Iterator[StageWithJobs]:
    with serve_step_functions() as machine, mock_aws():
        aws_environment.setenv("AWS_ENDPOINT_URL_SFN", machine.url)
        aws_environment.setattr(stage_commands, "POLL_SECONDS", 0.01)
        stage = build_stage(machine)
        rows = "".join(f"{number},good {'x' * 80}\n" for number in range(ROWS))
        stage.upload("in/reviews.csv", f"id,text\n{rows}".encode())
        yield stage


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jobs:
    """Run ``windvane jobs COMMAND ... --stage dev``."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, answer: str = "") -> Result:
        words = ["jobs", *arguments, "--stage", STAGE]
        return CliRunner().invoke(windvane, words, input=answer)

    return run


@pytest.fixture
def classify(tiny_bundle: Path) -> Callable[[str], Classifier]:
    classifier = Classifier(open_bundle(str(tiny_bundle)), threads=1)
    return lambda _uri: classifier


def start(jobs: Jobs, *options: str, answer: str = "") -> Result:
    return jobs("start", INPUT, "--output", OUTPUT, *options, answer=answer)


def message_of(result: Result) -> str:
    """Check that a command ended with one sentence, and answer it."""
    assert result.exit_code == 2, result.output
    message: str = result.stderr.splitlines()[-1]
    assert message.startswith("Error: ")
    return message


def test_start_shows_the_cost_and_asks(stage: StageWithJobs, jobs: Jobs) -> None:
    refused = start(jobs, answer="n\n")
    started = start(jobs, "--id", "mine", answer="y\n")

    assert refused.exit_code == 1
    rows, parts = re.findall(r"About ([\d,]+) rows .* ([\d,]+) parts, 1 at once", refused.stderr)[0]
    assert int(rows.replace(",", "")) == pytest.approx(ROWS, rel=0.01)
    assert parts == "1"
    assert "About less than $0.01: Lambda " in refused.stderr
    assert "(list prices of us-east-1, 20" in refused.stderr
    assert started.exit_code == 0, started.output
    assert list(stage.machine.executions) == ["mine"]
    assert json.loads(stage.machine.executions["mine"]["input"])["job"]["input"] == INPUT
    assert started.stdout.startswith("mine running (started ")
    assert "windvane jobs show mine --stage dev --follow" in started.stderr


def test_start_with_yes_and_json_asks_nothing(stage: StageWithJobs, jobs: Jobs) -> None:
    result = start(jobs, "--yes", "--json")

    [job_id] = stage.machine.executions
    assert re.fullmatch(r"reviews-\d{8}-\d{6}-[0-9a-f]{4}", job_id)
    assert json.loads(result.stdout)["job_id"] == job_id


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((f"s3://{BUCKET}/other/a.csv", "--output", OUTPUT), "input: below s3://data/in/"),
        ((INPUT, "--output", f"s3://{BUCKET}/elsewhere/"), "output: below s3://data/out/"),
        ((INPUT, "--output", OUTPUT, "--text-column", "body"), 'has no column "body"'),
        ((f"s3://{BUCKET}/in/none.csv", "--output", OUTPUT), "none.csv does not exist"),
        ((f"s3://{BUCKET}/in/none/", "--output", OUTPUT), "in/none/"),
    ],
)
def test_start_says_what_is_wrong_before_anything_is_paid_for(
    stage: StageWithJobs, jobs: Jobs, arguments: tuple[str, ...], message: str
) -> None:
    result = jobs("start", *arguments, "--yes")

    assert message in message_of(result)
    assert stage.machine.executions == {}


def test_show_follows_a_job_to_its_end(
    stage: StageWithJobs, jobs: Jobs, classify: Callable[[str], Classifier]
) -> None:
    start(jobs, "--yes", "--id", "mine")
    stage.machine.plan("mine", 4, running=1, succeeded=2)
    running = jobs("show", "mine")
    stage.run("mine", classify)

    followed = jobs("show", "mine", "--follow")

    assert "2 of 4 parts done, 1 running, 0 failed" in running.stdout
    assert followed.exit_code == 0, followed.output
    assert followed.stdout.startswith("mine succeeded (started ")
    assert f"{ROWS:,} rows: {ROWS:,} classified, 0 rejected" in followed.stdout
    assert f"results: {OUTPUT}mine/" in followed.stdout


def test_start_that_follows_ends_with_1_after_rejects(
    stage: StageWithJobs, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {"rows": 2, "answered": 1, "rejected": 1, "labels": {}, "seconds": 1, "manifest": "m"}

    def end(_seconds: float) -> None:
        stage.machine.end("mine", output=json.dumps(counts))

    monkeypatch.setattr("time.sleep", end)

    assert start(jobs, "--yes", "--id", "mine", "--follow").exit_code == 1


def test_failed_job_ends_with_its_reason(stage: StageWithJobs, jobs: Jobs) -> None:
    start(jobs, "--yes", "--id", "mine")
    cause = json.dumps({"errorMessage": "reviews.csv was changed.", "errorType": "x"})
    stage.machine.end("mine", "FAILED", error="InputChangedError", cause=cause)

    result = jobs("show", "mine", "--follow")

    assert result.stdout.startswith("mine failed ")
    assert message_of(result) == "Error: InputChangedError: reviews.csv was changed."


def test_stopped_job_can_be_resumed(stage: StageWithJobs, jobs: Jobs) -> None:
    start(jobs, "--yes", "--id", "mine")

    kept = jobs("stop", "mine", answer="n\n")
    stopped = jobs("stop", "mine", "--yes")
    again = jobs("stop", "mine")
    resumed = jobs("resume", "mine")

    assert kept.exit_code == 1
    assert "windvane jobs resume mine --stage dev" in stopped.stdout
    assert again.stdout == "mine is stopped already.\n"
    assert resumed.stdout.startswith("mine running ")
    assert stage.machine.executions["mine"]["redriveCount"] == 1


def test_list_shows_the_newest_jobs_first(stage: StageWithJobs, jobs: Jobs) -> None:
    for job_id in ("first", "second", "third"):
        start(jobs, "--yes", "--id", job_id)
    stage.machine.end("first", "ABORTED")

    table, found = jobs("list"), jobs("list", "--json", "--limit", "2")

    assert [line.split()[0] for line in table.stdout.splitlines()] == [
        *("job", "third", "second", "first")
    ]
    assert "stopped" in table.stdout
    assert [job["job_id"] for job in json.loads(found.stdout)] == ["third", "second"]


def test_fetch_downloads_what_is_not_there(
    stage: StageWithJobs,
    jobs: Jobs,
    tmp_path: Path,
    classify: Callable[[str], Classifier],
) -> None:
    start(jobs, "--yes", "--id", "mine")
    assert "mine is running" in message_of(jobs("fetch", "mine"))
    stage.run("mine", classify)

    first = jobs("fetch", "mine", "--to", "here")
    part = tmp_path / "here" / "parts" / "part-00000.jsonl"
    stamp = part.stat().st_mtime_ns
    again = jobs("fetch", "mine", "--to", "here")
    (tmp_path / "here" / "manifest.json").unlink()
    healed = jobs("fetch", "mine", "--to", "here")

    assert first.exit_code == 0, first.output
    assert first.stdout == "2 of 2 files downloaded to here.\n"
    assert len(part.read_text(encoding="utf-8").splitlines()) == ROWS
    assert again.stdout == "Nothing downloaded to here.\n"
    assert healed.stdout == "1 of 2 files downloaded to here.\n"
    assert part.stat().st_mtime_ns == stamp
    stage.s3.delete_object(Bucket=BUCKET, Key="out/mine/parts/part-00000.jsonl")
    assert "part-00000.jsonl is not there any more" in message_of(jobs("fetch", "mine"))


def test_estimate_counts_what_runs_at_once(stage: StageWithJobs, jobs: Jobs) -> None:
    line = f"1,{'good ' * 100}\n".encode()
    stage.upload("in/reviews.csv", b"id,text\n" + line * 50_000)

    result = start(jobs, answer="n\n")

    assert f"6 parts, {CONCURRENCY} at once: about " in result.stderr


@pytest.mark.parametrize("command", ["show", "resume", "stop", "fetch"])
def test_unknown_job_is_said_to_be_unknown(stage: StageWithJobs, jobs: Jobs, command: str) -> None:
    assert stage.machine.executions == {}

    assert message_of(jobs(command, "nobody")) == "Error: No job has this id."


def test_stage_without_jobs_says_how_to_have_them(
    aws_environment: pytest.MonkeyPatch, jobs: Jobs
) -> None:
    assert aws_environment
    with mock_aws():
        build_stack({"WINDVANE_JOBS_ARN": ""})

        assert "add a [jobs] table" in message_of(jobs("list"))


def test_commands_without_credentials_say_so(
    aws_environment: pytest.MonkeyPatch, jobs: Jobs
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        aws_environment.delenv(name, raising=False)

    assert "There are no AWS credentials" in message_of(jobs("list"))
