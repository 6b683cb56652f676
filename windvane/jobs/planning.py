"""Plans a job: checks everything that can be checked, and cuts the input into parts."""

import datetime
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass

from windvane.jobs.csv_cuts import cut_csv
from windvane.jobs.errors import JobInputError, JobOutputError
from windvane.jobs.input_check import check_output_format, list_input, sample_input
from windvane.jobs.job import Job, job_folder
from windvane.jobs.job_files import read_plan, write_json
from windvane.jobs.line_cuts import cut_lines
from windvane.jobs.object_sample import ObjectSample
from windvane.jobs.packing import pack_pieces
from windvane.jobs.plan import PARTS_FILE, PLAN_FILE, Part, Piece, Plan
from windvane.jobs.size_limits import SizeLimits, measure_row
from windvane.jobs.storage import Storage, StoredObject

MIN_PART_BYTES = 4 * 2**20
"""About 25,000 tweets, which take one CPU a minute."""
MAX_PART_BYTES = 12 * 2**20
"""Larger parts of short texts would come near the 15 minutes of a Lambda function."""
_WANTED_PARTS = 5000
_CONNECTIONS = 16
_OBJECTS_AT_ONCE = 4


@dataclass(frozen=True)
class PlannedJob:
    """A plan, and the parts that it is about."""

    plan: Plan
    parts: list[Part]


@dataclass(frozen=True, kw_only=True)
class PlanLimits:
    """How large parts are.

    Attributes:
        part_bytes: Size of a part; None grows with the input.
        max_whole_bytes: How large an object may be, unpacked, that cannot be cut; None is any size.
        sizes: How large the job may be; None is any size.
    """

    part_bytes: int | None = None
    max_whole_bytes: int | None = None
    sizes: SizeLimits | None = None

    def choose_part_bytes(self, total_bytes: int, row_bytes: float = math.inf) -> int:
        """Choose the size of a part: small jobs end soon, large ones have few parts.

        Args:
            total_bytes: Size of the input, as it is stored.
            row_bytes: Mean size of a row, unpacked.
        """
        part_bytes = self.part_bytes or min(
            max(MIN_PART_BYTES, total_bytes // _WANTED_PARTS), MAX_PART_BYTES
        )
        return self.sizes.bound_part(part_bytes, row_bytes) if self.sizes else part_bytes


FUNCTION_LIMITS = PlanLimits(max_whole_bytes=24 * 2**20, sizes=SizeLimits())
"""Of jobs that Lambda works on: an object that cannot be cut takes one CPU about six minutes, of
the 15 that a function may run."""


def make_plan(
    job: Job,
    job_id: str,
    storage: Storage,
    bundle_uri: str,
    limits: PlanLimits | None = None,
) -> PlannedJob:
    """Plan a job, and write the plan and its parts into the job's folder.

    Args:
        job: The job.
        job_id: Its id, which names the folder.
        storage: Where input and output are.
        bundle_uri: Bundle that every part is classified with.
        limits: How large parts are.

    Raises:
        JobFieldError: A field of the job does not fit the input.
        JobInputError: The input is missing, empty, or cannot be read as the job says.
        JobOutputError: The folder holds something already.
        InputChangedError: An object was changed meanwhile.
        AccessRefusedError: A location may not be read or written.
        StorageError: S3 or the disk failed.
    """
    check_output_format(job)
    folder = job_folder(job, job_id)
    _check_output(folder, job, storage)
    objects = list_input(job, storage)
    total_bytes = sum(stored.size for stored in objects)
    limits = limits or PlanLimits()
    with ThreadPoolExecutor(_CONNECTIONS) as executor:
        sampled = _Sampling(objects, job, storage, executor).run(total_bytes, limits)
        samples, part_bytes = sampled.samples, sampled.part_bytes
        cutting = _Cutting(storage, executor, part_bytes, sampled.max_whole_bytes)
        known = {sample.stored.name: sample for sample in samples}
        parts = pack_pieces(cutting.cut(objects, known), part_bytes)
    first = samples[0]
    headers = {sample.columns for sample in samples}
    plan = Plan(
        job_id=job_id,
        job=job,
        folder=folder,
        format=first.format,
        encoding=first.encoding,
        delimiter=first.delimiter,
        header=first.columns if len(headers) == 1 else (),
        bundle_uri=bundle_uri,
        part_count=len(parts),
        object_count=len(objects),
        total_bytes=total_bytes,
        created_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        has_language=True,
    )
    write_json(f"{folder}{PLAN_FILE}", plan, storage)
    write_json(f"{folder}{PARTS_FILE}", parts, storage)
    return PlannedJob(plan, parts)


def _check_output(folder: str, job: Job, storage: Storage) -> None:
    """Check that the folder is empty, or that this very job was planned and no more.

    Raises:
        JobOutputError: It holds something else.
    """
    listed = itertools.islice(storage.list_objects(folder), 3)
    found = {stored.name.rpartition("/")[2] for stored in listed}
    if not found:
        return
    try:
        is_own = found <= {PLAN_FILE, PARTS_FILE} and read_plan(folder, storage).job == job
    except JobInputError:
        is_own = False
    if not is_own:
        raise JobOutputError(f"{folder} exists already; give the job another id or output.")


@dataclass(frozen=True)
class _Sampled:
    samples: list[ObjectSample]
    part_bytes: int
    max_whole_bytes: int | None


@dataclass(frozen=True)
class _Sampling:
    objects: Sequence[StoredObject]
    job: Job
    storage: Storage
    executor: Executor

    def run(self, total_bytes: int, limits: PlanLimits) -> _Sampled:
        """Look at the objects, and choose the size of a part."""
        part_bytes = limits.choose_part_bytes(total_bytes)
        samples = self._sample(part_bytes)
        sizes, max_whole_bytes = limits.sizes, limits.max_whole_bytes
        if sizes:
            row_bytes = measure_row(samples)
            smaller = limits.choose_part_bytes(total_bytes, row_bytes)
            if smaller < part_bytes:  # more objects are cut, so that more are looked at
                part_bytes, samples = smaller, self._sample(smaller)
            rows = max(total_bytes * samples[0].growth / row_bytes, len(self.objects))
            sizes.check_rows(rows, self.job)
            sizes.check_read(samples, part_bytes)
            if max_whole_bytes is not None:
                max_whole_bytes = sizes.bound_part(max_whole_bytes, row_bytes)
        return _Sampled(samples, part_bytes, max_whole_bytes)

    def _sample(self, part_bytes: int) -> list[ObjectSample]:
        return sample_input(
            self.objects, self.job, self.storage, executor=self.executor, part_bytes=part_bytes
        )


@dataclass(frozen=True)
class _Cutting:
    storage: Storage
    executor: Executor
    part_bytes: int
    max_whole_bytes: int | None

    def cut(
        self, objects: Sequence[StoredObject], samples: Mapping[str, ObjectSample]
    ) -> Iterator[tuple[Piece, float]]:
        """Cut objects in order; a piece comes with the bytes that it has unpacked."""
        growth = 1.0
        found = self._find_all_cuts(samples.values())
        for stored in objects:
            sample = samples.get(stored.name)
            growth = sample.growth if sample else growth
            cuts = found.get(stored.name, [])
            if not cuts:
                self._check_whole(stored, growth)
            for start, end in itertools.pairwise(
                [0, *cuts, stored.size] if stored.size else [0, 0]
            ):
                yield Piece(stored.name, start, end, stored.etag), (end - start) * growth

    def _find_all_cuts(self, samples: Iterable[ObjectSample]) -> dict[str, list[int]]:
        """Find the cuts of several objects at once: S3 sends one no faster than 100 MB a second."""
        cut = [sample for sample in samples if sample.is_cut]
        with ThreadPoolExecutor(_OBJECTS_AT_ONCE) as executor:
            found = executor.map(self._find_cuts, cut)
            return {sample.stored.name: cuts for sample, cuts in zip(cut, found, strict=True)}

    def _find_cuts(self, sample: ObjectSample) -> list[int]:
        stored = sample.stored
        count = -(-stored.size // self.part_bytes)
        targets = [stored.size * number // count for number in range(1, count)]
        if not targets:
            return []
        if sample.format != "csv":
            return cut_lines(stored, targets, self.storage, self.executor)
        with self.storage.open_object(stored.name, 0, stored.size, etag=stored.etag) as stream:
            cuts = cut_csv(stream, sample.delimiter, targets, sample.first_row)
        return [cut for cut in cuts if sample.first_row < cut < stored.size]

    def _check_whole(self, stored: StoredObject, growth: float) -> None:
        """Check that an object that is read as one piece is not too large.

        Raises:
            JobInputError: It is.
        """
        size = stored.size * growth
        if self.max_whole_bytes is not None and size > self.max_whole_bytes:
            raise JobInputError(
                f"{stored.name} holds about {size / 1e6:,.0f} MB and cannot be cut into parts; an "
                f"object that is packed, or of this format or encoding, has at most "
                f"{self.max_whole_bytes / 1e6:,.0f} MB here. Split it, or write it as JSON Lines "
                "in UTF-8."
            )
