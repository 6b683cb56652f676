"""Runs a job on this machine, and says what it did."""

import os
from functools import partial
from pathlib import Path

from windvane.bundle_store import open_bundle
from windvane.cli.errors import CliError
from windvane.cli.jobs.job_progress import progress_bar
from windvane.cli.jobs.job_reports import print_manifest
from windvane.cli.jobs.job_request import JobRequest
from windvane.cli.jobs.local_storage import LocalStorage
from windvane.cli.jobs.part_work import open_part_work
from windvane.cli.messages import describe_command, print_message
from windvane.jobs.errors import PartsFailedError
from windvane.jobs.job import job_folder
from windvane.jobs.job_files import read_manifest, read_plan
from windvane.jobs.local_jobs import (
    LocalRun,
    check_input,
    hold_job,
    is_planned,
    plan_local_job,
    run_planned_job,
)
from windvane.jobs.plan import Plan
from windvane.jobs.summaries import MANIFEST_FILE, JobManifest
from windvane.settings import load_settings


def start_here(request: JobRequest) -> int:
    """Run a job to its end, or go on with it.

    Returns:
        How many rows were rejected.

    Raises:
        JobError: The job cannot be planned, a part failed, or the input has changed.
        BundleError: The model cannot be opened.
    """
    uri = _choose_bundle(request.bundle)
    storage = LocalStorage()
    with hold_job(job_folder(request.job, request.job_id)):
        plan = plan_local_job(request.job, request.job_id, storage, uri)
        return _finish(plan, storage, request.processes, as_json=request.as_json)


def resume_here(folder: str, processes: int | None, *, as_json: bool) -> int:
    """Go on with the job in a folder.

    Returns:
        How many rows were rejected.

    Raises:
        CliError: There is no job in the folder.
        JobError: A part failed, or the input has changed.
    """
    location = find_job(folder)
    storage = LocalStorage()
    with hold_job(location):
        plan = read_plan(location, storage)
        check_input(plan, storage)
        return _finish(plan, storage, processes, as_json=as_json)


def find_job(folder: str) -> str:
    """Return the location of the job in a folder, with a slash at the end.

    Raises:
        CliError: There is none.
    """
    location = f"{Path(folder).resolve()}/"
    if not is_planned(location):
        raise CliError(
            f"There is no job in {folder}: name the folder of a job on this machine, such as "
            "windvane-jobs/ID, or the --stage that a job with this id runs in."
        )
    return location


def _choose_bundle(option: str | None) -> str:
    """Return the URI of the model, which is opened to find its faults before the job is planned."""
    uri = option or load_settings(os.environ).bundle_uri
    uri = uri if "://" in uri else str(Path(uri).resolve())
    open_bundle(uri)
    return uri


def _finish(plan: Plan, storage: LocalStorage, processes: int | None, *, as_json: bool) -> int:
    if Path(plan.folder, MANIFEST_FILE).exists():
        print_message(f"The job {plan.job_id} is done already.", err=True)
        manifest = read_manifest(plan.folder, storage)
    else:
        manifest = _run(plan, storage, processes or load_settings(os.environ).threads)
    print_manifest(manifest, plan.folder, as_json=as_json)
    return manifest.rejected


def _run(plan: Plan, storage: LocalStorage, processes: int) -> JobManifest:
    """Run the job, or say how to go on with it."""
    try:
        with progress_bar() as report:
            run = LocalRun(
                open_work=partial(open_part_work, plan.folder), processes=processes, report=report
            )
            return run_planned_job(plan, storage, run)
    except (KeyboardInterrupt, PartsFailedError):
        command = describe_command("jobs", "resume", Path(os.path.relpath(plan.folder)))
        print_message(f"What is done is kept; to go on: {command}", err=True)
        raise
