"""What is shown of a job that has ended."""

import os
from collections.abc import Iterator

import click
import msgspec

from windvane.cli.messages import print_message
from windvane.jobs.job import job_folder
from windvane.jobs.summaries import MANIFEST_FILE, JobManifest

MOST_NAMED_RESULTS = 2
UNLABELLED = "(no label)"


def print_json(content: object) -> None:
    """Print what msgspec can encode."""
    click.echo(msgspec.json.format(msgspec.json.encode(content), indent=2).decode())


def print_manifest(manifest: JobManifest, folder: str, *, as_json: bool) -> None:
    """Print what a job on this machine did, or its manifest as JSON."""
    if as_json:
        print_json(manifest)
        return
    for line in _describe_manifest(manifest, f"{os.path.relpath(folder)}/"):
        print_message(line)


def describe_labels(labels: dict[str, int], unlabelled: int) -> Iterator[str]:
    """Describe how many rows have each label, the most frequent first, and how many have none."""
    counts = [*_sort(labels), *([(UNLABELLED, unlabelled)] if unlabelled else [])]
    total = sum(count for _, count in counts)
    width = max((len(label) for label, _ in counts), default=0)
    for label, count in counts:
        yield f"{label:{width}}  {count:>12,}  {count / total:6.1%}"


def _describe_manifest(manifest: JobManifest, folder: str) -> Iterator[str]:
    yield (
        f"{manifest.rows:,} rows: {manifest.answered:,} classified, {manifest.rejected:,} rejected "
        f"({manifest.seconds:,.1f} s, {manifest.compute_seconds:,.1f} s of work, {manifest.model})."
    )
    yield from describe_labels(manifest.labels, manifest.unlabelled)
    for reason, count in _sort(manifest.reasons):
        yield f"rejected: {count:,} times {reason}"
    if failed := len(manifest.failed_parts):
        yield f"{failed:,} of {manifest.parts + failed:,} parts failed; their rows are missing."
    yield f"results:  {_describe_results(manifest, folder)}"
    yield f"manifest: {folder}{MANIFEST_FILE}"


def _describe_results(manifest: JobManifest, folder: str) -> str:
    location = job_folder(manifest.job, manifest.job_id)
    names = [name.removeprefix(location) for name in manifest.results]
    if len(names) > MOST_NAMED_RESULTS:
        return f"{len(names):,} files, {folder}{names[0]} to {names[-1].rpartition('/')[2]}"
    return ", ".join(folder + name for name in names)


def _sort(counts: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
