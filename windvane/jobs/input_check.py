"""Checks a job's input before anything is classified: all objects have to be read alike."""

import importlib.util
import itertools
from collections.abc import Sequence
from concurrent.futures import Executor

from windvane.jobs.errors import JobFieldError, JobInputError
from windvane.jobs.job import Job
from windvane.jobs.object_sample import ObjectSample, sample_object
from windvane.jobs.storage import Storage, StoredObject

MAX_OBJECTS = 500_000
MAX_SAMPLED_OBJECTS = 200
"""Objects that are looked at beside those that are cut; of CSV, all are."""
_HAS_COLUMNS = ("csv", "jsonl", "json", "parquet", "xlsx")


def check_output_format(job: Job) -> None:
    """Check that the package that writes the output format is installed.

    Raises:
        JobFieldError: It is not.
    """
    if job.output_format == "parquet" and importlib.util.find_spec("pyarrow") is None:
        raise JobFieldError("output_format", "jsonl or csv, where pyarrow is not installed")


def list_input(job: Job, storage: Storage) -> list[StoredObject]:
    """List the objects of a job that hold anything, in order.

    Raises:
        JobInputError: There are none, or too many.
        StorageError: They cannot be listed.
    """
    found = storage.list_objects(job.input, is_prefix=job.is_prefix)
    listed = list(itertools.islice(found, MAX_OBJECTS + 1))
    if len(listed) > MAX_OBJECTS:
        raise JobInputError(f"{job.input} holds more than {MAX_OBJECTS:,} objects.")
    if not listed:
        place = "that begins with" if job.is_prefix else "below"
        raise JobInputError(f"There is no object {place} {job.input}")
    filled = [stored for stored in listed if is_read(stored, job)]
    if not any(stored.size for stored in filled):
        raise JobInputError(f"{job.input} is empty; it holds no text.")
    return filled


def is_read(stored: StoredObject, job: Job) -> bool:
    """Return whether an object has a part: an empty one has none, unless it is a document."""
    return bool(stored.size) or job.format == "document"


def sample_input(
    objects: Sequence[StoredObject],
    job: Job,
    storage: Storage,
    *,
    executor: Executor,
    part_bytes: int,
) -> list[ObjectSample]:
    """Look at the objects that are cut, and at some of the others; of CSV, at all of them.

    Raises:
        JobFieldError: A field of the job does not fit the input.
        JobInputError: An object cannot be read as the job says, or not as the others.
        StorageError: An object cannot be read.
    """
    first = sample_object(objects[0], job, storage)
    _check_format(first, job)
    others = objects[1:]
    if first.format != "csv":
        step = -(-len(others) // MAX_SAMPLED_OBJECTS) or 1
        others = [
            stored
            for position, stored in enumerate(others)
            if stored.size > part_bytes or position % step == 0
        ]
    samples = [first]
    for sample in executor.map(lambda stored: sample_object(stored, job, storage), others):
        _check_alike(sample, first)
        samples.append(sample)
    if len(samples) == len(objects) and all(sample.is_blank for sample in samples):
        raise JobInputError(f"{job.input} is empty; it holds no text.")
    return samples


def _check_format(first: ObjectSample, job: Job) -> None:
    if job.format == "document" and first.format != "document":
        raise JobInputError(f"{first.stored.name} is a file of {first.format}, not a document.")
    if job.id_column and first.format not in _HAS_COLUMNS:
        raise JobFieldError("id_column", f"none, where the format is {first.format}")
    if job.layout == "comprehend" and first.format not in {"text", "document"}:
        raise JobFieldError("layout", f"parts, where the format is {first.format}")


def _check_alike(sample: ObjectSample, first: ObjectSample) -> None:
    """Check that an object is read as the first.

    Raises:
        JobInputError: It has another format, encoding or delimiter.
    """
    facts: list[tuple[str, str, str]] = [("format", sample.format, first.format)]
    if sample.format != "document":
        facts.append(("encoding", sample.encoding, first.encoding))
    if sample.format == "csv":
        facts.append(("delimiter", repr(sample.delimiter), repr(first.delimiter)))
    for fact, found, expected in facts:
        if found != expected:
            raise JobInputError(
                f"{sample.stored.name} has the {fact} {found}, and {first.stored.name} has "
                f"{expected}; a job reads files of one {fact}."
            )
