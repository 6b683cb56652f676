"""How large a job's input is, by looking at the start of some of its objects."""

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from windvane.jobs.input_check import list_input
from windvane.jobs.job import Job
from windvane.jobs.object_sample import ObjectSample, build_reading, sample_object
from windvane.jobs.storage import Storage, StoredObject
from windvane.rows.errors import InputFileError
from windvane.rows.file_reader import read_texts
from windvane.rows.row import Row

MOST_SAMPLES = 8
SAMPLE_BYTES = 2**18
_UNPACKED_BYTES = 2**20
GZIP_MARK = b"\x1f\x8b"
_ANY_HEADER = 47
"""Lets zlib read gzip; see https://docs.python.org/3/library/zlib.html#zlib.decompressobj."""
_COLUMN_FORMATS = ("parquet", "xlsx")
"""Their rows are counted at the end of a file."""


@dataclass(frozen=True)
class InputFacts:
    """The size of an input.

    Attributes:
        objects: How many objects it has.
        total_bytes: Size of them all.
        rows: About how many rows they have; None if that cannot be told from their start.
        text_chars: Mean length of a text; None likewise.
        growth: How many times larger the objects are once they are unpacked.
        is_cut: Whether its objects can be cut into parts.
    """

    objects: int
    total_bytes: int
    rows: int | None
    text_chars: float | None
    growth: float = 1.0
    is_cut: bool = True

    @property
    def unpacked_bytes(self) -> float:
        """Size of all objects, unpacked."""
        return self.total_bytes * self.growth


@dataclass(frozen=True)
class _Counted:
    rows: int
    chars: int
    stored_bytes: float
    unpacked_bytes: int


def read_input_facts(job: Job, storage: Storage) -> InputFacts:
    """Look at some objects, which have to be of the job's format and have its columns.

    Raises:
        JobInputError: The input is missing, empty, or not as the job says.
        JobFieldError: A field of the job breaks a rule.
        AccessRefusedError: The input may not be read.
        StorageError: S3 or the disk failed.
    """
    objects = list_input(job, storage)
    facts = InputFacts(len(objects), sum(stored.size for stored in objects), None, None)
    samples = [sample_object(stored, job, storage) for stored in _choose(objects)]
    facts = replace(facts, is_cut=all(sample.is_cut for sample in samples))
    if samples[0].format in _COLUMN_FORMATS:
        return facts
    if samples[0].format == "document":
        return replace(facts, rows=len(objects), text_chars=facts.total_bytes / len(objects))
    counts = [_count(sample, job, storage) for sample in samples]
    rows = sum(counted.rows for counted in counts)
    if not rows:
        return facts
    stored_bytes = sum(counted.stored_bytes for counted in counts)
    return replace(
        facts,
        rows=round(facts.total_bytes * rows / stored_bytes),
        text_chars=sum(counted.chars for counted in counts) / rows,
        growth=sum(counted.unpacked_bytes for counted in counts) / stored_bytes,
    )


def _choose(objects: Sequence[StoredObject]) -> Sequence[StoredObject]:
    step = -(-len(objects) // MOST_SAMPLES)
    return objects[::step]


def _count(sample: ObjectSample, job: Job, storage: Storage) -> _Counted:
    """Count the rows at the start of an object, and the bytes that they take in it."""
    stored = sample.stored
    end = min(stored.size, SAMPLE_BYTES)
    with storage.open_object(stored.name, 0, end, etag=stored.etag) as stream:
        content = stream.read(end)
    growth, is_whole = 1.0, end == stored.size
    if content.startswith(GZIP_MARK):
        unpacker = zlib.decompressobj(_ANY_HEADER)
        unpacked = unpacker.decompress(content, _UNPACKED_BYTES)
        is_whole = unpacker.eof
        growth = len(unpacked) / (len(content) - len(unpacker.unconsumed_tail))
        content = unpacked
    if not is_whole:
        content = content[: content.rfind(b"\n") + 1] or content
    rows = chars = 0
    reading = replace(build_reading(job), encoding=sample.encoding)
    try:
        for record in read_texts(io.BytesIO(content), reading).records:
            if isinstance(record, Row):
                rows, chars = rows + 1, chars + len(record.text)
    except InputFileError:
        if is_whole:
            raise
    return _Counted(rows, chars, len(content) / growth, len(content))
