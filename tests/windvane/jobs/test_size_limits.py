"""Jobs that Lambda could not end in time are refused, or cut smaller, when they are planned."""

import gzip
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from benchmarks.bulk.invented_bucket import INPUT, OUTPUT, InventedBucket
from tests.windvane.jobs.memory_storage import MemoryStorage
from windvane.jobs.errors import JobError, JobFieldError, JobInputError
from windvane.jobs.job import Job
from windvane.jobs.planning import FUNCTION_LIMITS, PlanLimits, PlannedJob, make_plan
from windvane.jobs.s3_storage import S3Storage
from windvane.jobs.s3_upload import PART_BYTES, count_upload_parts
from windvane.jobs.size_limits import SizeLimits

MILLION = 1_000_000
TEXT_ROWS = (b"a text of twenty-two.\n",)
CSV_ROWS = (b'1,"a text, and its quotes, of about a hundred characters, as those of tweets are"\n',)


def plan(rows: Sequence[bytes], objects: int, rows_an_object: int, **fields: Any) -> PlannedJob:
    bucket = InventedBucket(rows, objects, rows_an_object)
    job = Job(**{"input": INPUT, "output": OUTPUT, "format": "text", **fields})
    return make_plan(job, "job", S3Storage(bucket), "bundle", FUNCTION_LIMITS)


def count_bytes(planned: PlannedJob) -> int:
    return max(sum(piece.end - piece.start for piece in part.pieces) for part in planned.parts)


def test_parts_of_short_rows_are_smaller() -> None:
    short = plan((b"ok\n",), 4, MILLION)
    longer = plan((b"x" * 99 + b"\n",), 4, MILLION)

    assert count_bytes(short) / 3 <= SizeLimits().part_rows
    assert len(short.parts) >= 4 * MILLION / SizeLimits().part_rows
    assert count_bytes(longer) > 2 * MILLION


def plan_bytes(name: str, content: bytes, **fields: Any) -> PlannedJob:
    storage = MemoryStorage({f"{INPUT}{name}": content})
    job = Job(input=INPUT, output=OUTPUT, **fields)
    return make_plan(job, "job", storage, "bundle", FUNCTION_LIMITS)


def pack_numbers(rows: int) -> bytes:
    digits = Random(0).choices("0123456789", k=rows)  # noqa: S311 - not for security
    return gzip.compress("".join(f"{digit}\n" for digit in digits).encode(), 1, mtime=0)


def test_packed_rows_that_are_too_many_for_one_part_are_refused() -> None:
    few, many = (pack_numbers(rows) for rows in (100_000, 2_000_000))

    assert len(plan_bytes("a.txt.gz", few).parts) == 1
    with pytest.raises(JobInputError, match="cannot be cut into parts"):
        plan_bytes("a.txt.gz", many)


def test_packed_rows_that_are_damaged_are_planned_up_to_the_damage() -> None:
    packed = pack_numbers(100_000)

    damaged = packed[:50_000] + b"\xff" * 1000 + packed[51_000:]

    assert len(plan_bytes("a.txt.gz", damaged).parts) == 1


@pytest.mark.parametrize(
    ("name", "content", "fields"),
    [
        ("a.txt", b"a document\nof two lines", {"format": "document"}),
        ("a.json", b'["one", "two"]', {"format": "json"}),
    ],
    ids=["document", "json"],
)
def test_objects_without_lines_are_planned(
    name: str, content: bytes, fields: dict[str, Any]
) -> None:
    assert len(plan_bytes(name, content, **fields).parts) == 1


def test_short_rows_are_not_bounded_where_nothing_has_to_end_in_time() -> None:
    bucket = InventedBucket((b"ok\n",), 1, MILLION)

    planned = make_plan(
        Job(input=INPUT, output=OUTPUT, format="text"), "job", S3Storage(bucket), "b", PlanLimits()
    )

    assert len(planned.parts) == 1


@pytest.mark.parametrize(
    ("fields", "rows", "error", "message"),
    [
        ({"join": True}, 101, JobFieldError, "^join: false, where there are more than 100,000,000"),
        ({"layout": "comprehend"}, 21, JobFieldError, "^layout: parts, .* more than 20,000,000"),
    ],
    ids=["joined", "comprehend"],
)
def test_end_that_would_take_too_long_is_refused(
    fields: dict[str, Any], rows: int, error: type[JobError], message: str
) -> None:
    assert plan(TEXT_ROWS, rows - 2, MILLION, **fields).parts
    with pytest.raises(error, match=message):
        plan(TEXT_ROWS, rows, MILLION, **fields)


@pytest.mark.parametrize(
    ("objects", "rows_an_object", "message"),
    [
        (1, 200 * MILLION, "is CSV of 16 GB, and at most 10 GB can be cut here"),
        (10, 60 * MILLION, "is CSV of 49 GB in objects that have to be cut, .* most 40 GB"),
    ],
    ids=["object", "job"],
)
def test_csv_that_cannot_be_read_in_time_is_refused(
    objects: int, rows_an_object: int, message: str
) -> None:
    with pytest.raises(JobInputError, match=message):
        plan(CSV_ROWS, objects, rows_an_object, format="csv", text_column="2")


def test_csv_in_small_objects_is_not_read_to_be_cut() -> None:
    planned = plan(CSV_ROWS, 6000, 100_000, format="csv", text_column="2")

    assert planned.plan.total_bytes > SizeLimits().read_bytes
    assert len(planned.parts) == 6000


@pytest.mark.parametrize("size", [0, 1, PART_BYTES, PART_BYTES + 1, 500 * PART_BYTES + 1])
def test_upload_parts_are_as_many_as_hold_the_object(size: int) -> None:
    assert count_upload_parts(size) == -(-size // PART_BYTES)
    assert count_upload_parts(5 * 10**11) < 10_000
