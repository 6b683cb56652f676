"""Bulk jobs are measured, billed and held against AWS's limits by the code that runs them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.bulk.__main__ import MEMORY_ROWS, PAGE, main
from benchmarks.bulk.bulk_bill import bill_job
from benchmarks.bulk.bulk_page import (
    COMMAND,
    GOAL_RATIO,
    GOAL_USD,
    LARGEST_ROWS,
    build_sections,
)
from benchmarks.bulk.bulk_results import read_run
from benchmarks.bulk.file_speed import measure_files
from benchmarks.bulk.invented_bucket import BUCKET, InventedBucket
from benchmarks.bulk.job_memory import measure_peak
from benchmarks.bulk.row_kinds import KINDS, REVIEWS, TWEETS, WORDS, RowKind
from benchmarks.bulk.simulation import CONCURRENCIES, simulate
from benchmarks.bulk.work_speed import measure_work
from benchmarks.cost.prices import load_prices
from benchmarks.markdown_page import replace_sections
from windvane.inference.bundle import load_bundle
from windvane.inference.classifier import Classifier
from windvane.jobs.errors import JobFieldError, JobInputError
from windvane.jobs.s3_storage import S3Storage

RUN = read_run()
MILLION = 1_000_000


def test_page_is_what_the_figures_and_the_plan_of_today_render_to() -> None:
    page = PAGE.read_text(encoding="utf-8")

    rendered = replace_sections(page, COMMAND, build_sections(RUN))

    assert page == rendered, "python -m benchmarks.bulk --render writes it anew"


@pytest.mark.parametrize("kind", [TWEETS, WORDS], ids=lambda kind: kind.title)
@pytest.mark.parametrize("rows", [50 * MILLION, LARGEST_ROWS])
def test_job_stays_inside_every_limit(kind: RowKind, rows: int) -> None:
    job = simulate(kind, rows, RUN)

    for concurrency in CONCURRENCIES:
        used = {use.limit.what: use.share for use in job.list_uses(concurrency)}
        assert [what for what, share in used.items() if share >= 1] == []
        assert used["seconds of a part"] < 0.7  # a slower processor has room


def test_billion_reviews_are_refused_by_a_sentence() -> None:
    with pytest.raises(JobInputError, match=r"a job has at most 10,000; split it into several"):
        simulate(REVIEWS, LARGEST_ROWS, RUN)


def test_join_that_plan_allows_ends_in_time_and_a_larger_one_is_refused() -> None:
    job = simulate(TWEETS, 100 * MILLION - MILLION, RUN, join=True)

    assert [use.limit.what for use in job.list_join_uses() if use.share >= 0.7] == []
    assert job.join_seconds > job.finish_seconds
    with pytest.raises(JobFieldError, match=r"^join: false"):
        simulate(TWEETS, LARGEST_ROWS, RUN, join=True)


def test_larger_parts_change_the_simulation() -> None:
    job = simulate(TWEETS, 50 * MILLION, RUN)

    sizes = {sum(piece.end - piece.start for piece in part.pieces) for part in job.planned.parts}
    assert job.part_bytes == max(sizes)
    assert job.parts >= job.bucket.total_bytes / job.part_bytes
    assert job.part.rows == pytest.approx(job.part_bytes / TWEETS.row_bytes, rel=0.3)


def test_bill_grows_with_rows_and_leaves_nothing_at_zero() -> None:
    prices = load_prices()
    small, large = (
        bill_job(simulate(TWEETS, millions * MILLION, RUN), prices, 10) for millions in (10, 50)
    )

    assert all(usd > 0 for usd in large.values())
    assert large["Lambda, work"] == pytest.approx(5 * small["Lambda, work"])
    assert sum(large.values()) / 50 < GOAL_USD
    assert large["Step Functions"] > 2 * large["Lambda, requests"]


def test_stored_figures_reach_the_goal() -> None:
    assert {figures.kind for figures in RUN.work} == {kind.title for kind in KINDS}
    assert all(figures.ratio >= GOAL_RATIO for figures in RUN.work)
    few, many = (RUN.peak_memory_mb[rows] for rows in MEMORY_ROWS)
    assert many < 1.2 * few


@pytest.mark.parametrize("start", [0, 1, 12345])
def test_invented_rows_are_the_same_by_any_range(start: int) -> None:
    bucket = InventedBucket([b"one\n", b"three\n"], objects=2, rows_an_object=20_000)
    whole = b"one\nthree\n" * 10_000

    with S3Storage(bucket).open_object(f"s3://{BUCKET}/in/part-000001", start, 90_000) as stream:
        assert stream.read() == whole[start:90_000]
    assert bucket.total_bytes == 2 * len(whole)
    assert bucket.gets == 1


def test_work_is_measured_beside_the_core(tmp_path: Path, tiny_bundle: Path) -> None:
    with Classifier(load_bundle(tiny_bundle), threads=1) as classifier:
        figures = measure_work(TWEETS, classifier, tmp_path, rows=20, rounds=2)

    assert figures.lowest_ratio <= figures.ratio <= figures.highest_ratio
    assert figures.work_ms > 0
    assert figures.rows_per_second > 0


def test_files_are_measured_in_all_formats(tmp_path: Path) -> None:
    figures = measure_files(tmp_path, planned_rows=100, finished_rows=100, rounds=1)

    assert figures.plan_parts == {"jsonl": 1, "csv": 1, "text": 1}
    assert figures.join_mb_per_second.keys() == {"jsonl", "csv"}
    assert figures.archive_rows_per_second > 0


def test_memory_is_that_of_a_process_with_the_model(tmp_path: Path) -> None:
    assert 40 < measure_peak(tmp_path, 10) < 1000


def test_loaded_machine_is_refused(tmp_path: Path, loaded_machine: None) -> None:
    result = CliRunner().invoke(main, ["--results", str(tmp_path / "bulk.json")])

    assert result.exit_code == 1
    assert "This machine is loaded (before bulk jobs: 50% idle" in result.output
    assert not (tmp_path / "bulk.json").exists()
