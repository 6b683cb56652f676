"""Downloads the results and the manifest of a job of a stage."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from windvane.cli.errors import CliError, file_errors
from windvane.cli.jobs.job_options import StageAccount
from windvane.cli.jobs.job_progress import download_bar
from windvane.cli.jobs.job_request import check_id
from windvane.cli.jobs.stage_jobs import open_stage_jobs
from windvane.cli.messages import print_message
from windvane.jobs.job import job_folder
from windvane.jobs.job_files import read_manifest
from windvane.jobs.job_state import JobState
from windvane.jobs.s3_storage import S3Storage
from windvane.jobs.storage import Storage, StoredObject
from windvane.jobs.summaries import MANIFEST_FILE

CONNECTIONS = 8
CHUNK_BYTES = 2**20
ETAG_SUFFIX = ".etag"
"""Hidden files of this suffix say which object a file was downloaded from."""


@dataclass(frozen=True)
class _Download:
    stored: StoredObject
    target: Path

    @property
    def is_done(self) -> bool:
        """Whether the file is there, whole, and from this object."""
        note = _note_of(self.target)
        return (
            self.target.is_file()
            and self.target.stat().st_size == self.stored.size
            and note.is_file()
            and note.read_text(encoding="utf-8") == self.stored.etag
        )


def fetch_job(job_id: str, folder: Path | None, account: StageAccount | None) -> None:
    """Download the results and the manifest, if they are not there already.

    Raises:
        CliError: No stage is named, the job has not succeeded, AWS refuses, or the disk fails.
        JobError: There is no such job, or S3 fails.
    """
    if account is None:
        raise CliError(
            "Name the stage that ran the job with --stage; the results of a job on this machine "
            "are in its folder."
        )
    target = folder or Path(check_id(job_id))
    with open_stage_jobs(account) as jobs, file_errors():
        state = jobs.executions.describe(check_id(job_id))
        storage = S3Storage(jobs.aws.s3)
        downloads = list(_find(state, target, storage))
        missing = [download for download in downloads if not download.is_done]
        _download_all(missing, storage)
    count = f"{len(missing):,} of {len(downloads):,} files" if missing else "Nothing"
    print_message(f"{count} downloaded to {target}.")


def _find(state: JobState, target: Path, storage: Storage) -> Iterator[_Download]:
    """Find what a job wrote; the manifest comes last.

    Raises:
        CliError: The job has not succeeded, or an object of its results is gone.
    """
    if state.status != "succeeded" or not state.job:
        raise CliError(f"{state.job_id} is {state.status}; only what has succeeded is fetched.")
    location = job_folder(state.job, state.job_id)
    manifest = read_manifest(location, storage)
    found = {stored.name: stored for stored in storage.list_objects(location)}
    for name in (*manifest.results, f"{location}{MANIFEST_FILE}"):
        if name not in found:
            raise CliError(f"{name} is not there any more.")
        path = target / name.removeprefix(location)
        if not path.resolve().is_relative_to(target.resolve()):
            raise CliError("The manifest names results outside the job's folder.")
        yield _Download(found[name], path)


def _download_all(downloads: list[_Download], storage: Storage) -> None:
    total = sum(download.stored.size for download in downloads)
    with download_bar(total) as advance, ThreadPoolExecutor(CONNECTIONS) as executor:
        try:
            for size in executor.map(lambda each: _download(each, storage), downloads):
                advance(size)
        except BaseException:
            executor.shutdown(cancel_futures=True)
            raise


def _download(download: _Download, storage: Storage) -> int:
    stored, target = download.stored, download.target
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    with (
        storage.open_object(stored.name, 0, stored.size, etag=stored.etag) as source,
        partial.open("wb") as file,
    ):
        while chunk := source.read(CHUNK_BYTES):
            file.write(chunk)
    partial.replace(target)
    _note_of(target).write_text(stored.etag, encoding="utf-8")
    return stored.size


def _note_of(target: Path) -> Path:
    return target.with_name(f".{target.name}{ETAG_SUFFIX}")
