"""What is counted: of a part when it is done, and of the job at its end."""

import re
from collections import Counter

import msgspec

from windvane.jobs.job import Job
from windvane.jobs.plan import Part

MAX_LISTED_REJECTS = 1000
"""Rejected rows that a summary lists; all are counted, and stand in the results."""
MAX_REASONS = 100
OTHER_REASONS = "other reasons"
"""Counts the rows of all reasons behind the first `MAX_REASONS`."""
MANIFEST_FILE = "manifest.json"
_PLACE = re.compile(r" at character \d+$")


class RejectedRow(msgspec.Struct, frozen=True):
    """A row without a prediction.

    Attributes:
        name: Location of the object.
        line: 1-based line of the object where the row starts; in a part's summary counted from
            where the part begins to read the object.
        reason: The rule that the row breaks, without its text.
    """

    name: str
    line: int
    reason: str


def count_reason(reasons: Counter[str], reason: str, count: int = 1) -> None:
    """Count rejected rows by reason, whatever the place in the row that the reason names."""
    reason = _PLACE.sub("", reason)
    is_counted = reason in reasons or len(reasons) < MAX_REASONS
    reasons[reason if is_counted else OTHER_REASONS] += count


class PartSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted in a part; that it exists says that the part is done.

    Attributes:
        number: Number of the part.
        rows: Rows that were answered or rejected.
        rejected: Rows that were rejected.
        labels: Rows by label.
        unlabelled: Rows whose label has too low a score; see `windvane.jobs.job.Job.min_score`.
        lines: Lines of each piece, in order, to number the lines of the pieces behind it.
        rejected_rows: The first `MAX_LISTED_REJECTS` of them.
        reasons: Rejected rows by reason.
        model: ``name@version`` of the model.
        seconds: Time that the part took.
        output_bytes: Size of the part's results.
    """

    number: int
    rows: int
    rejected: int
    labels: dict[str, int]
    lines: tuple[int, ...]
    rejected_rows: tuple[RejectedRow, ...]
    reasons: dict[str, int]
    model: str
    seconds: float
    output_bytes: int
    unlabelled: int = 0

    @property
    def answered(self) -> int:
        """Rows with a prediction."""
        return sum(self.labels.values()) + self.unlabelled


class JobManifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a job did; the counts prove that each row was answered once or rejected once.

    Attributes:
        job_id: Id of the job.
        job: The job.
        model: ``name@version`` of the model.
        rows: Rows of the parts that are done: ``answered`` and ``rejected``.
        answered: Rows with a prediction: ``labels`` and ``unlabelled``.
        rejected: Rows without.
        labels: Rows by label.
        unlabelled: Rows whose label has too low a score.
        reasons: Rejected rows by reason.
        rejected_rows: The first `MAX_LISTED_REJECTS` of them.
        objects: Objects of the input.
        input_bytes: Size of all of them.
        parts: Parts that were done.
        failed_parts: Parts that failed, where the job tolerates that.
        results: Locations of the results: each part's, or the joined one.
        seconds: From plan to end.
        compute_seconds: Time of all parts together.
        created_at: When the job was planned, in ISO 8601, UTC.
        finished_at: When it ended.
    """

    job_id: str
    job: Job
    model: str
    rows: int
    answered: int
    rejected: int
    labels: dict[str, int]
    reasons: dict[str, int]
    rejected_rows: tuple[RejectedRow, ...]
    objects: int
    input_bytes: int
    parts: int
    failed_parts: tuple[Part, ...]
    results: tuple[str, ...]
    seconds: float
    compute_seconds: float
    created_at: str
    finished_at: str
    unlabelled: int = 0
