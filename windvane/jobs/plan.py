"""A plan: the parts that a job's input is cut into, and what every part has to know."""

import msgspec

from windvane.jobs.job import Job, JobFormat

PLAN_FILE = "plan.json"
PARTS_FILE = "parts.json"
"""A JSON array of `Part`, which Step Functions' Distributed Map reads item by item."""
MAX_PARTS = 10_000
MAX_PIECES = 500
"""Objects in one part: with keys of 400 characters, an item stays under Step Functions' 256 KiB."""


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """A range of bytes of one object; it begins and ends where a row does.

    Attributes:
        name: Location of the object.
        start: First byte.
        end: Byte behind the last.
        etag: What tells whether the object is still the one that was planned.
    """

    name: str
    start: int
    end: int
    etag: str


class Part(msgspec.Struct, frozen=True):
    """What one worker reads at once, in order.

    Attributes:
        number: From 0; the parts in order are the input in order.
        pieces: At most `MAX_PIECES`.
    """

    number: int
    pieces: tuple[Piece, ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What every part has to know.

    Attributes:
        job_id: Id of the job.
        job: The job.
        folder: Where the job writes, with a slash at the end.
        format: Format of the input, as found out.
        encoding: Encoding of the input, as found out.
        delimiter: Character between the fields of CSV, as found out.
        header: Columns of CSV in order; empty for other formats.
        bundle_uri: Bundle that every part is classified with, so that no job mixes models.
        part_count: How many parts there are.
        object_count: How many objects the input has.
        total_bytes: Size of all of them.
        created_at: When the job was planned, in ISO 8601, UTC.
        has_language: Whether result rows have a language. A job that an earlier version planned
            goes on without it, so that all of its parts have the same columns.
    """

    job_id: str
    job: Job
    folder: str
    format: JobFormat
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    bundle_uri: str
    part_count: int
    object_count: int
    total_bytes: int
    created_at: str
    has_language: bool = False

    @property
    def has_id(self) -> bool:
        """Whether result rows have an id: that of the id column, or a document's name."""
        return self.job.id_column is not None or self.format == "document"
