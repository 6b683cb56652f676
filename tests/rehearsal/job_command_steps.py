"""``windvane jobs --stage`` as an operator runs it: each function is a step."""

import json
import re
from pathlib import Path
from typing import Any

from tests.rehearsal import job_rows
from tests.rehearsal.bulk_jobs import INPUTS, OUTPUT, BulkJobs
from tests.rehearsal.expectations import expect_equal, expect_that
from tests.rehearsal.job_steps import FEW, SMALL, Written, check_manifest, check_results
from tests.rehearsal.stage_commands import StageCommands
from windvane.jobs.summaries import MANIFEST_FILE

SLOW = f"{INPUTS}slow.jsonl"
MORE, SHORTER_ROW_BYTES = 6_000, 3_300
"""Rows of a job of several parts that still runs when a command has started."""
FOLLOWED, STOPPED = "by-command", "stopped-by-command"
MARGIN = 0.1
"""Of an estimate by the start of an object."""
SOME_REJECTED, FAILED = 1, 2
"""Exit statuses."""
UNKNOWN = "No job has this id."
TAKEN = "Another job has this id."
ESTIMATE = re.compile(
    r"About ([\d,]+) rows \(.+, objects: 1\), (\d+) parts, 2 at once: .+\.\n"
    r"About (?:\$\d+\.\d\d|less than \$0\.01): Lambda "
)


def follow_by_command(commands: StageCommands, written: Written) -> None:
    """windvane jobs start --follow: estimate, progress, counts; list and show have the job.

    Raises:
        StepError: It is not so.
    """
    said = _start(commands, FOLLOWED, "--follow", status=SOME_REJECTED)
    estimate = ESTIMATE.search(said)
    expect_that("estimate", bool(estimate), expected=ESTIMATE.pattern, got=said)
    broken = len(job_rows.list_broken(FEW))
    counts = f"{FEW:,} rows: {FEW - broken:,} classified, {broken:,} rejected"
    expect_that("start --follow", counts in said, expected=counts, got=said)
    shown = _read(commands, "show", FOLLOWED)
    expect_equal("status", shown["status"], "succeeded")
    expect_equal("labels", shown["counts"]["labels"], count_labels(written))
    if estimate:
        rows, parts = (int(number.replace(",", "")) for number in estimate.groups())
        expect_equal("estimated parts", parts, shown["parts"]["total"])
        is_near = abs(rows - FEW) < FEW * MARGIN
        expect_that("estimated rows", is_near, expected=f"about {FEW}", got=rows)
    [listed] = [each for each in _read(commands, "list") if each["job_id"] == FOLLOWED]
    expect_equal("listed", listed["status"], "succeeded")


def fetch_by_command(commands: StageCommands, written: Written) -> None:
    """windvane jobs fetch: each row is in the files once and in order; again it fetches nothing.

    Raises:
        StepError: It is not so.
    """
    folder = commands.folder / "fetched"
    first = commands.jobs("fetch", FOLLOWED, "--to", str(folder))
    expect_that("fetch", " files downloaded to " in first, expected="files", got=first)
    again = commands.jobs("fetch", FOLLOWED, "--to", str(folder))
    expect_that("fetch again", again.startswith("Nothing "), expected="Nothing", got=again)
    check_manifest(json.loads((folder / MANIFEST_FILE).read_bytes()), written, FEW)
    check_results(_read_parts(folder), written, FEW)


def stop_by_command(jobs: BulkJobs, commands: StageCommands, written: Written) -> None:
    """windvane jobs stop, then resume: show says so each time, and no row is lost.

    Raises:
        StepError: It is not so.
    """
    jobs.write(SLOW, job_rows.write_rows(MORE, SHORTER_ROW_BYTES))
    _start(commands, STOPPED, location=SLOW)
    execution = jobs.arn_of(STOPPED)
    jobs.wait_until(execution, lambda: jobs.describe_map(execution)["itemCounts"]["running"] > 0)
    said = commands.jobs("stop", STOPPED, "--yes")
    resume = f"windvane jobs resume {STOPPED} --stage {commands.stage}"
    expect_that("stop", resume in said, expected=resume, got=said)
    jobs.wait(execution, "ABORTED")
    expect_equal("stopped", _read(commands, "show", STOPPED)["status"], "stopped")
    commands.jobs("resume", STOPPED)
    commands.jobs("show", STOPPED, "--follow")
    shown = _read(commands, "show", STOPPED)
    expect_equal("resumed", (shown["status"], shown["redrives"]), ("succeeded", 1))
    folder = commands.folder / "fetched-after-stop"
    commands.jobs("fetch", STOPPED, "--to", str(folder))
    check_results(_read_parts(folder), written, MORE)


def refuse_by_command(jobs: BulkJobs, commands: StageCommands) -> None:
    """windvane jobs start of what a stage does not allow, or knows already: a sentence, no job.

    Raises:
        StepError: A job is started.
    """
    before = jobs.list_names()
    elsewhere = ("start", "s3://somebody-elses/texts.jsonl", "--output", OUTPUT, "--yes")
    said = commands.jobs(*elsewhere, status=FAILED)
    expect_that("elsewhere", "input: below s3://" in said, expected="input: below", got=said)
    said = _start(commands, FOLLOWED, "--to", "csv", status=FAILED)
    expect_that("same id", TAKEN in said, expected=TAKEN, got=said)
    said = commands.jobs("fetch", "no-such-job", status=FAILED)
    expect_that("fetch", UNKNOWN in said, expected=UNKNOWN, got=said)
    expect_equal("jobs", jobs.list_names(), before)


def count_labels(written: Written) -> dict[str, int]:
    """Count the labels of a job over `SMALL`."""
    return dict(job_rows.expect_labels(FEW, dict(written.labels)))


def _start(
    commands: StageCommands, job_id: str, *options: str, location: str = SMALL, status: int = 0
) -> str:
    fixed = ("start", location, "--output", OUTPUT, "--id", job_id, "--id-column", "id", "--yes")
    return commands.jobs(*fixed, *options, status=status)


def _read(commands: StageCommands, command: str, *arguments: str) -> Any:
    return json.loads(commands.jobs(command, *arguments, "--json"))


def _read_parts(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("parts/part-*.jsonl")))
