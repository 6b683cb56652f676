"""How large a job may be whose steps have to end within a Lambda function's 15 minutes.

Each limit leaves half of that time, at the pace of `make bench-bulk` and of S3's documentation;
docs/bulk.md has the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from windvane.jobs.errors import JobFieldError, JobInputError
from windvane.jobs.job import Job
from windvane.jobs.object_sample import ObjectSample

_LEAST_PART_BYTES = 2**16


@dataclass(frozen=True, kw_only=True)
class SizeLimits:
    """The limits.

    Attributes:
        part_rows: Rows of a part, as the samples have them.
        read_bytes: Bytes of CSV that are read to cut it.
        object_read_bytes: Those of one object, which is read over one connection.
        joined_rows: Rows of a job whose results are joined.
        archived_rows: Rows of a job with Comprehend's layout.
    """

    part_rows: int = 250_000
    read_bytes: int = 40_000_000_000
    object_read_bytes: int = 10_000_000_000
    joined_rows: int = 100_000_000
    archived_rows: int = 20_000_000

    def bound_part(self, part_bytes: int, row_bytes: float) -> int:
        """Make a part smaller whose rows are so short that they would be too many."""
        return int(min(part_bytes, max(_LEAST_PART_BYTES, self.part_rows * row_bytes)))

    def check_rows(self, rows: float, job: Job) -> None:
        """Check that the end of the job can write what it asks for.

        Raises:
            JobFieldError: There are too many rows for it.
        """
        if job.join and rows > self.joined_rows:
            raise JobFieldError(
                "join", f"false, where there are more than {self.joined_rows:,} rows"
            )
        if job.layout == "comprehend" and rows > self.archived_rows:
            rule = f"parts, where there are more than {self.archived_rows:,} rows"
            raise JobFieldError("layout", rule)

    def check_read(self, samples: Sequence[ObjectSample], part_bytes: int) -> None:
        """Check that CSV can be read to be cut.

        Raises:
            JobInputError: It is too large.
        """
        read = [
            sample.stored
            for sample in samples
            if sample.format == "csv" and sample.is_cut and sample.stored.size > part_bytes
        ]
        for stored in read:
            if stored.size > self.object_read_bytes:
                raise JobInputError(
                    f"{stored.name} is CSV of {stored.size / 1e9:,.0f} GB, and at most "
                    f"{self.object_read_bytes / 1e9:,.0f} GB can be cut here. Split it, or write "
                    "it as JSON Lines."
                )
        size = sum(stored.size for stored in read)
        if size > self.read_bytes:
            raise JobInputError(
                f"The input is CSV of {size / 1e9:,.0f} GB in objects that have to be cut, and a "
                f"job takes at most {self.read_bytes / 1e9:,.0f} GB of that. Split it into several "
                "jobs, or write it as JSON Lines."
            )


def measure_row(samples: Sequence[ObjectSample]) -> float:
    """Return the mean size of a row in bytes; infinite where an object is one row."""
    rows = sum(sample.sample_rows for sample in samples)
    return sum(sample.sample_bytes for sample in samples) / rows if rows else float("inf")
