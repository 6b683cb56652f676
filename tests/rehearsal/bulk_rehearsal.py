"""The rehearsal of a stage with bulk jobs, in place of releases and the runbook."""

from functools import partial
from typing import Any

from tests.rehearsal.account_inventory import take_inventory
from tests.rehearsal.bulk_jobs import BulkJobs
from tests.rehearsal.caller import Caller
from tests.rehearsal.comprehend_steps import (
    ComprehendJobs,
    classify_files,
    classify_lines,
    stop_comprehend,
)
from tests.rehearsal.expectations import expect_that
from tests.rehearsal.job_command_steps import (
    fetch_by_command,
    follow_by_command,
    refuse_by_command,
    stop_by_command,
)
from tests.rehearsal.job_grants import NOT_ENFORCED, list_job_grants
from tests.rehearsal.job_requests import CONTROLS, call_jobs, open_api_grants
from tests.rehearsal.job_steps import (
    Written,
    fail_changed_input,
    refuse_bad_input,
    run_large,
    start_by_schedule,
    start_by_upload,
    stop_and_redrive,
    write_inputs,
)
from tests.rehearsal.rehearsal import FIRST_BUNDLE, Rehearsal, title_of

NO_EVENTS = "s3://rehearsal-texts sends no events to EventBridge"
SOON = "rate(1 minute)"


def rehearse_jobs(rehearsal: Rehearsal, *, keep: bool) -> Caller:
    """Deploy the stage, run its jobs, and destroy it.

    Args:
        rehearsal: The stage.
        keep: Whether to leave it running.

    Returns:
        A caller of its API.

    Raises:
        StepError: A step failed.
    """
    report, jobs = rehearsal.report, BulkJobs(rehearsal.deployed)
    jobs.make_buckets()
    before = take_inventory(rehearsal.cloud)
    with report.step("make deploy, with a state machine for jobs: it names silent buckets"):
        said = rehearsal.commands.deploy(FIRST_BUNDLE)
        expect_that("make deploy", NO_EVENTS in said, expected=NO_EVENTS, got=said)
    caller = rehearsal.deployed.open_caller()
    with report.step(title_of(write_inputs.__doc__)):
        written = write_inputs(jobs, caller)
    with report.step(title_of(refuse_bad_input.__doc__)):
        refuse_bad_input(jobs)
    with report.step(title_of(call_jobs.__doc__)):
        call_jobs(caller, jobs)
    _run_commands(rehearsal, jobs, written)
    _run_comprehend(rehearsal, ComprehendJobs(caller, jobs, written))
    _take_api_grants(rehearsal, jobs, caller)
    _take_grants(rehearsal, jobs)
    with report.step(title_of(start_by_upload.__doc__)):
        start_by_upload(jobs)
    started, rule = jobs.list_names(), hasten(jobs)
    with report.step(title_of(stop_and_redrive.__doc__)):
        stop_and_redrive(jobs, written)
    with report.step(title_of(fail_changed_input.__doc__)):
        fail_changed_input(jobs)
    with report.step(title_of(run_large.__doc__)):
        note = run_large(jobs, written, rehearsal.folder)
    if note:
        report.note(note)
    with report.step(title_of(start_by_schedule.__doc__)):
        jobs.events.put_rule(**rule)
        start_by_schedule(jobs, started)
    rehearsal.operate(caller)
    if not keep:
        rehearsal.destroy(before, caller)
    return caller


def _run_commands(rehearsal: Rehearsal, jobs: BulkJobs, written: Written) -> None:
    report, commands = rehearsal.report, rehearsal.commands
    with report.step(title_of(follow_by_command.__doc__)):
        follow_by_command(commands, written)
    with report.step(title_of(fetch_by_command.__doc__)):
        fetch_by_command(commands, written)
    with report.step(title_of(stop_by_command.__doc__)):
        stop_by_command(jobs, commands, written)
    with report.step(title_of(refuse_by_command.__doc__)):
        refuse_by_command(jobs, commands)


def _run_comprehend(rehearsal: Rehearsal, comprehend: ComprehendJobs) -> None:
    for step in (classify_lines, classify_files, stop_comprehend):
        with rehearsal.report.step(title_of(step.__doc__)):
            step(comprehend)


def _take_api_grants(rehearsal: Rehearsal, jobs: BulkJobs, caller: Caller) -> None:
    grants = open_api_grants(jobs)
    with rehearsal.report.step("every grant of the API has a control, or a reason"):
        grants.check_known()
    for action, control in CONTROLS.items():
        with rehearsal.report.step(f"the API without {action}: {title_of(control.__doc__)}"):
            grants.check(action, partial(control, caller, jobs))


def _take_grants(rehearsal: Rehearsal, jobs: BulkJobs) -> None:
    for role in list_job_grants(jobs):
        with rehearsal.report.step(f"every grant of {role.whose} has a control, or a reason"):
            role.check_known()
        for action, (error, _) in role.controls.items():
            title = f"{role.whose} without {action}: {error}; redriven with it, the job succeeds"
            with rehearsal.report.step(title):
                role.check(action, jobs)
    for action, reason in NOT_ENFORCED.items():
        rehearsal.report.note(f"not shown: without {action}, since {reason}")


def hasten(jobs: BulkJobs) -> dict[str, Any]:
    """Let the schedule come soon, and return the rule as it was."""
    rules = jobs.events.list_rules()["Rules"]
    [rule] = [each for each in rules if "ScheduleExpression" in each]
    kept = {key: rule[key] for key in ("Name", "ScheduleExpression", "State")}
    jobs.events.put_rule(**{**kept, "ScheduleExpression": SOON})
    return kept
