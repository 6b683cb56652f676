"""What bulk jobs do in a deployed stage: each function is a step, its first line the title."""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.rehearsal import job_rows
from tests.rehearsal.bulk_jobs import INPUTS, OUTPUT, SCHEDULED, BulkJobs, split
from tests.rehearsal.caller import Caller
from tests.rehearsal.expectations import StepError, expect_equal, expect_that
from windvane.facts import BULK_WORK_SUFFIX
from windvane.jobs.summaries import MAX_LISTED_REJECTS

MANY, ROW_BYTES = 20_000, 1_000
FEW, LONG_ROW_BYTES = 1_000, 13_000
"""Rows of two jobs, each of several parts."""
LARGE, SMALL = f"{INPUTS}large.jsonl", f"{INPUTS}small.jsonl"
ONE = b'{"id": 1, "text": "I love it"}\n'
ONE_OBJECT = f"{INPUTS}one.jsonl"
PROCESSES = Path("/proc")


@dataclass(frozen=True)
class Written:
    """What is asked of the jobs.

    Attributes:
        labels: Label of each text, as the API gives it.
        model: ``name@version`` of the live model.
    """

    labels: Mapping[str, str]
    model: str


def write_inputs(jobs: BulkJobs, caller: Caller) -> Written:
    """The inputs are in S3, and /v1/classify says what each of their texts is.

    Raises:
        StepError: The API does not answer.
    """
    jobs.write(LARGE, job_rows.write_rows(MANY, ROW_BYTES))
    jobs.write(SMALL, job_rows.write_rows(FEW, LONG_ROW_BYTES))
    jobs.write(ONE_OBJECT, ONE)
    jobs.write(f"{SCHEDULED}one.jsonl", ONE)
    answer = caller.send("POST", "/v1/classify", {"texts": job_rows.TEXTS}).expect(200).json
    labels = [result["label"] for result in answer["results"]]
    return Written(dict(zip(job_rows.TEXTS, labels, strict=True)), caller.read_model())


def run_large(jobs: BulkJobs, written: Written, folder: Path) -> str | None:
    """20,000 rows of all kinds: a worker is killed, each row is there once and in order.

    Returns:
        A sentence to print, or None.

    Raises:
        StepError: A row is missing, twice, out of order or wrong, or the counts are.
    """
    execution = jobs.start("large", input=LARGE, join=True)
    # By then others are in the midst of theirs.
    jobs.wait_until(execution, lambda: jobs.describe_map(execution)["itemCounts"]["succeeded"] > 0)
    worker = jobs.stage.stack_name + BULK_WORK_SUFFIX
    is_shown = PROCESSES.exists()
    if is_shown:
        kill_processes(folder, worker)
    output = jobs.wait(execution)["output"]
    manifest = jobs.read_manifest(execution)
    check_manifest(manifest, written, MANY)
    expect_that("output", str(manifest["rows"]) in output, expected="counts", got=output)
    [joined] = manifest["results"]
    check_results(jobs.read(joined), written, MANY)
    if not is_shown:
        return "no worker was killed, since this machine has no /proc"
    errors = list(jobs.list_errors(execution))
    expect_that("errors", "Runtime.ExitError" in errors, expected="a killed worker", got=errors)
    return None


def stop_and_redrive(jobs: BulkJobs, written: Written) -> None:
    """A job is stopped, then redriven: parts that were done are not done again.

    Raises:
        StepError: It does not stop, or a part is done twice, or a row is missing.
    """
    execution = jobs.start("stopped", input=SMALL)
    jobs.wait_until(execution, lambda: jobs.describe_map(execution)["itemCounts"]["succeeded"] > 0)
    jobs.machines.stop_execution(executionArn=execution)
    jobs.wait(execution, "ABORTED")
    summaries = f"{jobs.find_folder(execution)}summaries/"
    stopped = jobs.describe_map(execution)
    expect_equal("map run", stopped["status"], "ABORTED")
    done = jobs.list_written(summaries)
    total = stopped["itemCounts"]["total"]
    expect_that("parts done", 0 < len(done) < total, expected=f"some of {total}", got=len(done))
    jobs.machines.redrive_execution(executionArn=execution)
    jobs.wait(execution)
    again = jobs.list_written(summaries)
    first = stopped["itemCounts"]["succeeded"]
    kept = sum(again[key] == written_at for key, written_at in done.items())
    expect_that("parts not done again", kept >= first, expected=f"{first} or more", got=kept)
    check_manifest(jobs.read_manifest(execution), written, FEW)
    results = jobs.read_manifest(execution)["results"]
    check_results(b"".join(map(jobs.read, results)), written, FEW)


def refuse_bad_input(jobs: BulkJobs) -> None:
    """No such object, no such column, a location elsewhere: each fails at plan with a sentence.

    Raises:
        StepError: One is planned.
    """
    missing = jobs.start("missing", input=f"{INPUTS}no.jsonl")
    jobs.fail(missing, "JobInputError", "no.jsonl does not exist")
    column = jobs.start("column", input=ONE_OBJECT, text_column="review")
    jobs.fail(column, "JobInputError", 'has no column \\"review\\"')
    elsewhere = jobs.start("elsewhere", input="s3://somebody-elses/texts.jsonl")
    jobs.fail(elsewhere, "JobFieldError", f"input: below {SCHEDULED} or {INPUTS}")
    unknown = jobs.start("unknown", input=ONE_OBJECT, columns="text")
    jobs.fail(unknown, "JobFieldError", "unknown field `columns`")
    for execution in (missing, column, elsewhere, unknown):
        expect_equal("parts", jobs.describe_map(execution)["itemCounts"]["total"], 0)


def fail_changed_input(jobs: BulkJobs) -> None:
    """An object that was replaced after the plan: its part fails, and is not tried again.

    Raises:
        StepError: The job does not fail so.
    """
    changing = f"{INPUTS}changing.jsonl"
    jobs.write(changing, job_rows.write_rows(FEW, LONG_ROW_BYTES))
    execution = jobs.start("changed", input=changing)
    jobs.wait_until(execution, lambda: jobs.describe_map(execution)["itemCounts"]["running"] > 0)
    jobs.write(changing, ONE)
    jobs.fail(execution, "States.ExceedToleratedFailureThreshold")
    errors = list(jobs.list_errors(execution))
    expect_that("errors", "InputChangedError" in errors, expected="InputChangedError", got=errors)


def start_by_upload(jobs: BulkJobs) -> None:
    """An object that is uploaded starts a job by itself; an empty one starts none.

    Raises:
        StepError: It does not, or its job fails.
    """
    bucket, _ = split(INPUTS)
    storage = jobs.stage.cloud.client("s3")
    before = jobs.list_names()
    events: dict[str, Any] = {"EventBridgeConfiguration": {}}
    storage.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=events)
    jobs.write(f"{INPUTS}empty folder/", b"")
    jobs.write(f"{INPUTS}new file, 1.jsonl", ONE)
    jobs.wait_until("started by an upload", lambda: jobs.list_names() != before)
    storage.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    [execution] = jobs.list_names() - before
    jobs.wait(execution)
    manifest = jobs.read_manifest(execution)
    expect_equal("input", manifest["job"]["input"], f"{INPUTS}new file, 1.jsonl")
    expect_equal("id column", manifest["job"]["id_column"], "id")
    expect_equal("answered", manifest["answered"], 1)


def start_by_schedule(jobs: BulkJobs, before: set[str]) -> None:
    """The schedule has started a job over the first input.

    Raises:
        StepError: It has not, or its job fails.
    """
    jobs.wait_until("started by a schedule", lambda: bool(_list_scheduled(jobs, before)))
    execution = _list_scheduled(jobs, before)[0]
    jobs.wait(execution)
    manifest = jobs.read_manifest(execution)
    expect_equal("input", manifest["job"]["input"], SCHEDULED)
    expect_equal("output", manifest["job"]["output"], OUTPUT)


def _list_scheduled(jobs: BulkJobs, before: set[str]) -> list[str]:
    """List the jobs over the schedule's input; the steps between start jobs of their own."""
    new = jobs.list_names() - before
    inputs = {arn: jobs.machines.describe_execution(executionArn=arn)["input"] for arn in new}
    return sorted(arn for arn, given in inputs.items() if f'"{SCHEDULED}"' in given)


def check_manifest(manifest: Mapping[str, Any], written: Written, count: int) -> None:
    """Compare a manifest with what was written.

    Raises:
        StepError: They differ.
    """
    broken = job_rows.list_broken(count)
    labels = job_rows.expect_labels(count, dict(written.labels))
    expect_equal("rows", manifest["rows"], count)
    expect_equal("answered", manifest["answered"], count - len(broken))
    expect_equal("rejected", manifest["rejected"], len(broken))
    expect_equal("labels", manifest["labels"], dict(labels))
    expect_equal("model", manifest["model"], written.model)
    lines = [row["line"] for row in manifest["rejected_rows"]]
    expect_equal("lines of rejected rows", lines, broken[:MAX_LISTED_REJECTS])


def check_results(results: bytes, written: Written, count: int) -> None:
    """Compare result rows with what was written.

    Raises:
        StepError: They differ.
    """
    for fault in job_rows.find_faults(results.splitlines(), dict(written.labels), count):
        raise StepError("results", expected="each row once, in order, as /v1/classify", got=fault)


def kill_processes(folder: Path, function: str) -> None:
    """Kill all processes of a function in the emulator, those that wait for work included.

    Args:
        folder: Below which the emulator unpacks functions.
        function: Name of the function.
    """
    for process in PROCESSES.iterdir():
        place = read_folder(process) if process.name.isdecimal() else ""
        if f"-{function}-" in place and Path(place).is_relative_to(folder):
            os.kill(int(process.name), signal.SIGKILL)


def read_folder(process: Path) -> str:
    """Return the working folder of a process; empty if it is another user's, or has ended."""
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return ""
