"""Ends a job: proves the counts, joins the results, and writes the manifest."""

import datetime
import itertools
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from windvane.jobs.comprehend_output import ComprehendOutput
from windvane.jobs.errors import PartsFailedError
from windvane.jobs.job_files import (
    list_done,
    locate_joined,
    locate_part,
    read_parts,
    read_plan,
    read_summary,
    write_json,
)
from windvane.jobs.joining import PartResults, join_results
from windvane.jobs.line_numbers import CountedPart, count_parts, number_rejects
from windvane.jobs.plan import Part, Plan
from windvane.jobs.storage import Storage
from windvane.jobs.summaries import (
    MANIFEST_FILE,
    MAX_LISTED_REJECTS,
    JobManifest,
    PartSummary,
    count_reason,
)

_CONNECTIONS = 16
_NAMED_PARTS = 10


def finish_job(folder: str, storage: Storage) -> JobManifest:
    """End a job whose parts were worked on.

    Raises:
        PartsFailedError: More parts failed than the job tolerates, or the counts do not agree.
        JobInputError: The job was not planned.
        StorageError: S3 or the disk failed.
    """
    plan = read_plan(folder, storage)
    parts = read_parts(folder, storage)
    done = list_done(folder, storage)
    failed = tuple(part for part in parts if part.number not in done)
    _check_tolerance(plan, failed)
    finished = [part for part in parts if part.number in done]
    with ThreadPoolExecutor(_CONNECTIONS) as executor:
        summaries = list(
            executor.map(lambda part: read_summary(folder, part.number, storage), finished)
        )
    _check_counts(finished, summaries)
    by_number = {summary.number: summary for summary in summaries}
    counted = list(count_parts(parts, by_number, storage))
    results = _write_results(plan, counted, storage)
    manifest = _build_manifest(plan, counted, summaries, failed=failed, results=results)
    write_json(f"{folder}{MANIFEST_FILE}", manifest, storage)
    return manifest


def _check_tolerance(plan: Plan, failed: Sequence[Part]) -> None:
    """Check that no more parts failed than the job tolerates.

    Raises:
        PartsFailedError: Some more did.
    """
    if len(failed) * 100 > plan.job.tolerated_failure_percentage * plan.part_count:
        numbers = [str(part.number) for part in failed]
        more = ", ..." if len(numbers) > _NAMED_PARTS else ""
        raise PartsFailedError(
            f"{len(failed):,} of {plan.part_count:,} parts have no summary: "
            f"{', '.join(numbers[:_NAMED_PARTS])}{more}."
        )


def _check_counts(parts: Sequence[Part], summaries: Sequence[PartSummary]) -> None:
    """Check that each row was answered once or rejected once.

    Raises:
        PartsFailedError: A summary is another part's, or its counts do not agree.
    """
    models = {summary.model for summary in summaries}
    if len(models) > 1:
        raise PartsFailedError(f"The parts have different models: {', '.join(sorted(models))}.")
    for part, summary in zip(parts, summaries, strict=True):
        is_whole = summary.number == part.number and len(summary.lines) == len(part.pieces)
        if not is_whole or summary.answered + sum(summary.reasons.values()) != summary.rows:
            raise PartsFailedError(f"The counts of part {part.number} do not agree.")


def _write_results(plan: Plan, parts: Sequence[CountedPart], storage: Storage) -> tuple[str, ...]:
    """Write what the job asks for beside the parts.

    Returns:
        Where the results are.
    """
    output_format = plan.job.output_format
    written = [
        PartResults(
            locate_part(plan.folder, counted.part.number, output_format),
            counted.summary.output_bytes,
        )
        for counted in parts
        if counted.summary
    ]
    results = tuple(part.name for part in written)
    if plan.job.join:
        joined = locate_joined(plan.folder, output_format)
        join_results(written, joined, output_format, storage)
        results = (joined,)
    if plan.job.layout == "comprehend":
        output = ComprehendOutput(plan, parts, storage).write()
        results = (output, *results)
    return results


def _build_manifest(
    plan: Plan,
    parts: Sequence[CountedPart],
    summaries: Sequence[PartSummary],
    *,
    failed: tuple[Part, ...],
    results: tuple[str, ...],
) -> JobManifest:
    finished_at = datetime.datetime.now(datetime.UTC)
    created_at = datetime.datetime.fromisoformat(plan.created_at)
    labels: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for summary in summaries:
        labels.update(summary.labels)
        for reason, count in summary.reasons.items():
            count_reason(reasons, reason, count)
    rejects = itertools.islice(number_rejects(parts), MAX_LISTED_REJECTS)
    return JobManifest(
        job_id=plan.job_id,
        job=plan.job,
        model=next((summary.model for summary in summaries), ""),
        rows=sum(summary.rows for summary in summaries),
        answered=sum(summary.answered for summary in summaries),
        rejected=reasons.total(),
        labels=dict(labels),
        unlabelled=sum(summary.unlabelled for summary in summaries),
        reasons=dict(reasons),
        rejected_rows=tuple(rejects),
        objects=plan.object_count,
        input_bytes=plan.total_bytes,
        parts=len(summaries),
        failed_parts=failed,
        results=results,
        seconds=round((finished_at - created_at).total_seconds(), 3),
        compute_seconds=round(sum(summary.seconds for summary in summaries), 3),
        created_at=plan.created_at,
        finished_at=finished_at.isoformat(timespec="seconds"),
    )
