"""A whole job as one part, in a process: ``python -m benchmarks.bulk.job_memory FOLDER ROWS``.

It prints the peak of its memory in MB.
"""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.bulk.job_files import write_rows
from benchmarks.bulk.row_kinds import WORDS
from benchmarks.bulk.work_speed import plan_file
from benchmarks.child_process import build_environment, peak_memory_mb
from windvane.bundle_store import open_bundle
from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.classifier import Classifier
from windvane.jobs.finishing import finish_job
from windvane.jobs.folder_storage import FolderStorage
from windvane.jobs.working import run_part


def run_job(folder: Path, rows: int) -> None:
    """Plan, work and finish."""
    path = write_rows(folder / f"{rows}.jsonl", WORDS.to_jsonl(), rows)
    planned = plan_file(path, folder / "out", str(rows), path.stat().st_size)
    with Classifier(open_bundle(str(DEFAULT_BUNDLE)), threads=1) as classifier:
        for part in planned.parts:
            run_part(planned.plan.folder, part, FolderStorage(), lambda _: classifier)
    finish_job(planned.plan.folder, FolderStorage())


def measure_peak(folder: Path, rows: int) -> float:
    """Run the job in a process of its own and return its peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.bulk.job_memory", str(folder), str(rows)]
    done = subprocess.run(  # noqa: S603 - this module
        command, check=True, capture_output=True, text=True, env=build_environment(1)
    )
    return float(done.stdout)


if __name__ == "__main__":
    run_job(Path(sys.argv[1]), int(sys.argv[2]))
    print(peak_memory_mb(os.getpid()))  # noqa: T201 - the answer to the parent
