"""Which locations a job may read and write."""

import re
from collections.abc import Sequence

from windvane.facts import LOCATION
from windvane.jobs.errors import JobFieldError
from windvane.jobs.job import Job

PLAIN = "s3://bucket/path, without an empty part and without . and .. as a part"


def check_locations(job: Job, *, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Check that a job reads and writes below allowed locations.

    Args:
        job: The job.
        inputs: Locations that end with a slash, below which it may read.
        outputs: Locations below which it may write.

    Raises:
        JobFieldError: It would read or write elsewhere.
    """
    _check("input", job.input, inputs)
    _check("output", f"{job.output.removesuffix('/')}/", outputs)


def _check(field: str, location: str, allowed: Sequence[str]) -> None:
    if not allowed:
        raise JobFieldError(field, "below an allowed location, of which there are none")
    if not any(location.startswith(each) for each in allowed):
        raise JobFieldError(field, f"below {' or '.join(allowed)}")
    if not re.fullmatch(f"{LOCATION}/?", location):
        raise JobFieldError(field, PLAIN)
