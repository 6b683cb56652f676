"""The files of a job's folder: where each is, and how it is read and written."""

from typing import Any, TypeVar

import msgspec

from windvane.jobs.errors import JobInputError
from windvane.jobs.job import OutputFormat
from windvane.jobs.plan import PARTS_FILE, PLAN_FILE, Part, Plan
from windvane.jobs.storage import Storage
from windvane.jobs.summaries import MANIFEST_FILE, JobManifest, PartSummary

PARTS_FOLDER = "parts/"
SUMMARIES_FOLDER = "summaries/"
RESULTS_NAME = "results"
_LARGEST_FILE_BYTES = 2**28

FileT = TypeVar("FileT")


def locate_part(folder: str, number: int, output_format: OutputFormat) -> str:
    """Return where the results of a part are."""
    return f"{folder}{PARTS_FOLDER}part-{number:05d}.{output_format}"


def locate_summary(folder: str, number: int) -> str:
    """Return where the summary of a part is; that it exists says that the part is done."""
    return f"{folder}{SUMMARIES_FOLDER}part-{number:05d}.json"


def locate_joined(folder: str, output_format: OutputFormat) -> str:
    """Return where the joined results are."""
    return f"{folder}{RESULTS_NAME}.{output_format}"


def read_plan(folder: str, storage: Storage) -> Plan:
    """Read the plan of a job.

    Raises:
        JobInputError: There is none, or it is no plan.
        StorageError: It cannot be read.
    """
    return _read(f"{folder}{PLAN_FILE}", Plan, storage)


def read_parts(folder: str, storage: Storage) -> list[Part]:
    """Read the parts of a job, in order; raises as `read_plan`."""
    return _read(f"{folder}{PARTS_FILE}", list[Part], storage)


def read_summary(folder: str, number: int, storage: Storage) -> PartSummary:
    """Read the summary of a part; raises as `read_plan`."""
    return _read(locate_summary(folder, number), PartSummary, storage)


def read_manifest(folder: str, storage: Storage) -> JobManifest:
    """Read the manifest of a job that has ended; raises as `read_plan`."""
    return _read(f"{folder}{MANIFEST_FILE}", JobManifest, storage)


def list_done(folder: str, storage: Storage) -> set[int]:
    """Return the numbers of the parts that are done.

    Raises:
        StorageError: The folder cannot be listed.
    """
    names = (found.name for found in storage.list_objects(f"{folder}{SUMMARIES_FOLDER}"))
    return {int(name.rpartition("part-")[2].removesuffix(".json")) for name in names}


def write_json(name: str, content: Any, storage: Storage) -> None:  # noqa: ANN401 - any Struct
    """Write a file of a job.

    Raises:
        StorageError: It cannot be written.
    """
    with storage.open_writer(name) as stream:
        stream.write(msgspec.json.encode(content))


def _read(name: str, kind: type[FileT], storage: Storage) -> FileT:
    with storage.open_object(name) as stream:
        content = stream.read(_LARGEST_FILE_BYTES)
    try:
        return msgspec.json.decode(content, type=kind)
    except msgspec.DecodeError as error:
        raise JobInputError(f"{name} is not a file that this version wrote.") from error
