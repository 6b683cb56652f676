"""``python -m tests.rehearsal STAGE``: what ``make rehearse`` runs; a failed step exits with 1."""

import argparse
import shlex
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from infra.model_bundle import ModelBundleError, read_model_bundle
from infra.stage_files import read_stage
from infra.stages import StageError
from tests.rehearsal.bulk_rehearsal import rehearse_jobs
from tests.rehearsal.caller import Caller
from tests.rehearsal.cloud_emulator import HOME, run_cloud
from tests.rehearsal.enforcement import create_operator
from tests.rehearsal.expectations import StepError
from tests.rehearsal.options_rehearsal import rehearse_options
from tests.rehearsal.rehearsal import Rehearsal, title_of
from tests.rehearsal.stage_folder import BULK, OPTIONS, find_source
from tests.rehearsal.step_report import StepReport
from windvane.cli.smoke.authorization import UserToken

INTERRUPTED = 130
LOGS = HOME / "logs"
"""Where the logs of a rehearsal that failed are, until the next that fails."""
BODY = '{"text": "I love it"}'


def main() -> int:
    """Rehearse, and return the exit status."""
    parser = argparse.ArgumentParser(prog="make rehearse", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("--keep", action="store_true", help="Leave it running until Ctrl-C.")
    parser.add_argument(
        "--bundle", type=Path, help="Release this bundle after the default one, in dev or prod."
    )
    options = parser.parse_args()
    if fault := find_bundle_fault(options.stage, options.bundle):
        parser.exit(1, f"{fault}\n")
    # A job that is cancelled ends as with Ctrl-C, which a shell turns off for what it runs behind.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    report = StepReport()
    try:
        read_stage(options.stage, folder=find_source(options.stage))
    except StageError as error:
        parser.exit(1, f"{error}\n")
    try:
        with make_folder(report) as folder:
            _rehearse(options, folder, report)
    except StepError:
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    report.count_cpu()
    return 0


@contextmanager
def make_folder(report: StepReport, logs: Path = LOGS) -> Iterator[Path]:
    """Make a folder for the block; the logs in it outlive a step that fails."""
    with tempfile.TemporaryDirectory(prefix="windvane-rehearsal-") as name:
        try:
            yield Path(name)
        except StepError:
            shutil.rmtree(logs, ignore_errors=True)
            logs.mkdir(parents=True)
            for log in Path(name).glob("*.log"):
                shutil.copy(log, logs)
            report.note(f"The logs are in {logs}.")
            raise
        except KeyboardInterrupt:
            report.note("Interrupted: the emulator is stopped; removing what it unpacked ...")
            raise


def find_bundle_fault(stage: str, bundle: Path | None) -> str | None:
    """Say why a bundle cannot be released in a rehearsal; None if it can, or if there is none."""
    if bundle is None:
        return None
    if stage in {BULK, OPTIONS}:
        return f"The stage {stage} releases no second bundle; leave BUNDLE out."
    try:
        read_model_bundle(bundle)
    except ModelBundleError as error:
        return str(error)
    return None


def _rehearse(options: argparse.Namespace, folder: Path, report: StepReport) -> None:
    stage, keep = options.stage, options.keep
    with ExitStack() as running:
        with report.step("emulator of AWS, with IAM, SigV4 and TLS enforced"):
            cloud = running.enter_context(run_cloud(folder))
        with report.step(title_of(create_operator.__doc__)):
            operator = create_operator(cloud)
        rehearsal = Rehearsal(
            cloud=operator, stage=stage, folder=folder, report=report, challenger=options.bundle
        )
        before = rehearsal.prepare()
        if stage == OPTIONS:
            caller = rehearse_options(rehearsal, before, keep=keep)
        elif stage == BULK:
            caller = rehearse_jobs(rehearsal, keep=keep)
        else:
            caller = rehearsal.run(before, keep=keep)
        report.summarize()
        if keep:
            report.note(describe(caller))
            threading.Event().wait()


def describe(caller: Caller) -> str:
    """Describe a deployment that is left running."""
    command = ["curl", "-s", "--cacert", str(caller.certificate), f"{caller.url}/sentiment"]
    headers = ["-H", f"x-api-key: {caller.key}", "-H", "content-type: application/json"]
    if isinstance(caller.authorization, UserToken):
        headers += ["-H", f"authorization: {caller.authorization.token}"]
    return (
        f"\nURL: {caller.url}/\nkey: {caller.key}\n"
        f"{shlex.join([*command, *headers, '-d', BODY])}\n\nCtrl-C stops it."
    )


if __name__ == "__main__":
    sys.exit(main())
