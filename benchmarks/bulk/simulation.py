"""A job of any size against AWS's limits: planned by the real code over an invented listing.

One of its parts runs by the real code too, without the model, to count its requests and results.
"""

from dataclasses import dataclass
from functools import cache, cached_property

import msgspec

from benchmarks.bulk import aws_limits as aws
from benchmarks.bulk.aws_limits import AwsLimit
from benchmarks.bulk.bulk_results import BulkRun
from benchmarks.bulk.instant_model import open_instant_model
from benchmarks.bulk.invented_bucket import INPUT, OUTPUT, InventedBucket
from benchmarks.bulk.row_kinds import RowKind
from benchmarks.cost.cost_results import read_run as read_cost_run
from benchmarks.cost.inputs import Assumptions
from windvane.facts import JOB_BUSY_RETRIES, JOB_ERROR_RETRIES, MEMORY_MB_PER_VCPU
from windvane.jobs.job import Job
from windvane.jobs.planning import FUNCTION_LIMITS, PlannedJob, make_plan
from windvane.jobs.s3_storage import S3Storage
from windvane.jobs.s3_upload import count_upload_parts
from windvane.jobs.working import run_part

ROWS_AN_OBJECT = 1_000_000
CONCURRENCIES = (10, 100, 1000)
CONNECTIONS = 16
"""Of plan and finish."""
TRANSITIONS_A_PART = 2
"""A part is a standard execution of one state: its start and the state."""
TRANSITIONS_A_JOB = 4
"""Its start, and the states Plan, Classify and Finish."""
ATTEMPTS = 1 + JOB_BUSY_RETRIES + JOB_ERROR_RETRIES
"""A task's, at most."""
EVENTS_AN_ATTEMPT = 3
TASKS = 2
"""Of the job's own history, Plan and Finish; each part has a history of its own."""
OTHER_EVENTS = 20
"""Entering and leaving three states, the map run, and the ends of the execution."""
MB_A_BUNDLE = 1e6


@dataclass(frozen=True)
class PartUse:
    """What one part uses.

    Attributes:
        gets: Requests to S3 that are billed as GET.
        puts: Those that are billed as PUT or LIST.
        rows: Its rows.
        output_bytes: Size of its results.
    """

    gets: int
    puts: int
    rows: int
    output_bytes: int


@dataclass(frozen=True)
class Use:
    """How much of a limit a job uses."""

    limit: AwsLimit
    used: float

    @property
    def share(self) -> float:
        """Of the limit."""
        return self.used / self.limit.most


@dataclass(frozen=True)
class SimulatedJob:
    """A job.

    Attributes:
        kind: Its rows.
        rows: How many.
        bucket: Where they are, and the requests of planning.
        planned: Its plan.
        part: What its first part uses.
        run: Measured figures.
    """

    kind: RowKind
    rows: int
    bucket: InventedBucket
    planned: PlannedJob
    part: PartUse
    run: BulkRun

    @property
    def parts(self) -> int:
        """Number of parts."""
        return len(self.planned.parts)

    @cached_property
    def part_bytes(self) -> int:
        """Size of the largest part."""
        return max(
            sum(piece.end - piece.start for piece in part.pieces) for part in self.planned.parts
        )

    @property
    def part_seconds(self) -> float:
        """Of the largest part."""
        rows = self.part_bytes / self.kind.row_bytes
        computing = rows * self.run.find_work(self.kind.title).work_ms / 1e3
        return computing + self.part_waiting_seconds

    @property
    def part_waiting_seconds(self) -> float:
        """Of a part, in which it waits for S3: one request after the other, and what they carry."""
        carried = self.part_bytes + self.part.output_bytes
        requests = self.part.gets + self.part.puts
        return requests * aws.S3_LATENCY_SECONDS + carried / aws.S3_BYTES_A_SECOND

    @property
    def start_seconds(self) -> float:
        """Of an environment: its process, as `make bench-cost` measured it, and the bundle."""
        init_ms = read_cost_run().measured.init_ms[MEMORY_MB_PER_VCPU]
        return (init_ms + Assumptions().bundle_fetch_ms) / 1e3

    @property
    def plan_seconds(self) -> float:
        """Requests of planning, as many at once as there are connections."""
        return self.bucket.requests.total() / CONNECTIONS * aws.S3_LATENCY_SECONDS

    @property
    def finish_seconds(self) -> float:
        """Two requests for each summary, without joining."""
        return 2 * self.parts / CONNECTIONS * aws.S3_LATENCY_SECONDS

    @property
    def result_bytes(self) -> float:
        """Size of all results."""
        return self.rows * self.part.output_bytes / self.part.rows

    def estimate_seconds(self, concurrency: int) -> float:
        """Estimate the seconds from start to end."""
        waves = -(-self.parts // concurrency)
        return self.plan_seconds + waves * self.part_seconds + self.finish_seconds

    def list_uses(self, concurrency: int) -> list[Use]:
        """List how much of each limit the job uses, the nearest first."""
        seconds = self.part_seconds
        at_once = min(concurrency, self.parts)
        starts = max(at_once / seconds, min(at_once, aws.STARTS_A_SECOND))
        item = max(len(msgspec.json.encode(part)) for part in self.planned.parts)
        event = {"step": "work", "folder": self.planned.plan.folder, "part": ""}
        uses = [
            Use(aws.PARTS, self.parts),
            Use(aws.MAP_CONCURRENCY, at_once),
            Use(aws.HISTORY_EVENTS, TASKS * ATTEMPTS * EVENTS_AN_ATTEMPT + OTHER_EVENTS),
            Use(aws.PAYLOAD_BYTES, item + len(msgspec.json.encode(event))),
            Use(aws.TRANSITIONS_A_SECOND, starts * TRANSITIONS_A_PART),
            Use(aws.LIST_FILE_BYTES, len(msgspec.json.encode(self.planned.parts))),
            Use(aws.EXECUTION_SECONDS, self.estimate_seconds(concurrency)),
            Use(aws.PLAN_SECONDS, self.plan_seconds),
            Use(aws.WORK_SECONDS, seconds),
            Use(aws.FINISH_SECONDS, self.finish_seconds),
            Use(aws.TMP_BYTES, Assumptions().bundle_mb * MB_A_BUNDLE),
            Use(aws.GETS_A_SECOND, starts * self.part.gets),
            Use(aws.PUTS_A_SECOND, starts * self.part.puts),
        ]
        return sorted(uses, key=lambda use: use.share, reverse=True)

    @property
    def upload_parts(self) -> int:
        """Parts of the upload of joined results."""
        return count_upload_parts(round(self.result_bytes))

    @property
    def join_seconds(self) -> float:
        """Of finish, if it joins: all results pass through one function.

        Reading runs beside writing, which sends one part of the upload after the other.
        """
        pace = self.run.files.join_mb_per_second["jsonl"] * 1e6
        moving = self.result_bytes * (1 / aws.S3_BYTES_A_SECOND + 1 / pace)
        return self.finish_seconds + self.upload_parts * aws.S3_LATENCY_SECONDS + moving

    def list_join_uses(self) -> list[Use]:
        """List what joining adds."""
        uses = [
            Use(aws.FINISH_SECONDS, self.join_seconds),
            Use(aws.OBJECT_BYTES, self.result_bytes),
            Use(aws.UPLOAD_PARTS, self.upload_parts),
        ]
        return sorted(uses, key=lambda use: use.share, reverse=True)


def simulate(kind: RowKind, rows: int, run: BulkRun, *, join: bool = False) -> SimulatedJob:
    """Plan a job of so many rows of JSON Lines, and run one of its parts.

    Raises:
        JobError: The plan refuses the job.
    """
    bucket, planned = _plan(kind, rows, join=join)
    return SimulatedJob(kind, rows, bucket, planned, _run_part(kind, planned), run)


@cache
def _plan(kind: RowKind, rows: int, *, join: bool) -> tuple[InventedBucket, PlannedJob]:
    bucket = InventedBucket(kind.to_jsonl(), rows // ROWS_AN_OBJECT, ROWS_AN_OBJECT)
    job = Job(input=INPUT, output=OUTPUT, join=join)
    return bucket, make_plan(job, "job", S3Storage(bucket), "bundle", FUNCTION_LIMITS)


_part_uses: dict[tuple[str, int], PartUse] = {}
"""By kind of rows and size: parts of several jobs are alike."""


def _run_part(kind: RowKind, planned: PlannedJob) -> PartUse:
    part = planned.parts[0]
    key = (kind.title, sum(piece.end - piece.start for piece in part.pieces))
    if key not in _part_uses:
        bucket = InventedBucket(kind.to_jsonl(), 1, ROWS_AN_OBJECT)
        bucket.written["out/job/plan.json"] = msgspec.json.encode(planned.plan)
        summary = run_part(planned.plan.folder, part, S3Storage(bucket), open_instant_model)
        _part_uses[key] = PartUse(bucket.gets, bucket.puts, summary.rows, summary.output_bytes)
    return _part_uses[key]
