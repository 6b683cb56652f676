"""Runs ``windvane monitor profile``: classifies held-out texts and writes their profile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from windvane import load_classifier
from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import print_message
from windvane.cli.progress import progress_bar
from windvane.inference.bundle_files import sha256_of
from windvane.inference.classifier import Classifier
from windvane.inference.manifest import read_manifest, write_manifest
from windvane.inference.reference_profile import ProfileSource
from windvane.monitoring.observation import Observation, observe
from windvane.monitoring.profile_building import build_profile
from windvane.rows.byte_source import open_input
from windvane.rows.file_reader import read_texts
from windvane.rows.reading import Reading
from windvane.rows.rejects import Rejects, count_rows, filter_rows
from windvane.rows.row import Row
from windvane.rows.text_input import batch_records

MOST_TEXTS = 100_000
"""In a profile; more would narrow no interval that matters."""

BATCH_TEXTS = 256


@dataclass(frozen=True, kw_only=True)
class ProfileOptions:
    """The options of the command, under the names of their parameters."""

    bundle: Path
    files: Sequence[str]
    reading: Reading
    part: tuple[int, int] | None
    threads: int | None


def run_profile(options: ProfileOptions) -> None:
    """Write the profile into the bundle's manifest.

    Raises:
        CliError: The bundle is no folder, or a file cannot be read or has too many texts.
        InferenceError: The bundle cannot be used.
        ProfileError: There are too few texts.
        RowsError: A file is not of its format.
    """
    if not options.bundle.is_dir():
        raise CliError(f"There is no folder {options.bundle}; the profile is written into it.")
    observations: list[Observation] = []
    sources = []
    with file_errors(), load_classifier(options.bundle, threads=options.threads) as classifier:
        for file in options.files:
            found = _observe_file(file, classifier, options)
            observations += found
            sources.append(_describe_source(file, len(found), options.part))
    manifest = read_manifest(options.bundle)
    profile = build_profile(observations, manifest.labels, sources=sources)
    with file_errors():
        write_manifest(options.bundle, msgspec.structs.replace(manifest, profile=profile))
    print_message(f"{options.bundle}: profile of {profile.texts:,} texts written.")


def _observe_file(file: str, classifier: Classifier, options: ProfileOptions) -> list[Observation]:
    rejects = Rejects(None, file)
    with open_input(file) as stream, progress_bar(None) as advance:
        content = read_texts(stream, options.reading)
        rejects.report_reading(content.note)
        rows = (
            row for batch in batch_records(content.records) for row in filter_rows(batch, rejects)
        )
        texts = (row.text for row in _choose_part(rows, options.part))
        observations: list[Observation] = []
        while some := list(islice(texts, BATCH_TEXTS)):
            observations += map(observe, some, classifier.classify(some))
            advance(content.bytes_read, len(observations))
            if len(observations) > MOST_TEXTS:
                raise CliError(f"{file} has more than {MOST_TEXTS:,} texts; --part takes fewer.")
    if rejects.count:
        print_message(f"{file}: {count_rows(rejects.count)} left out.", err=True)
    return observations


def _choose_part(rows: Iterator[Row], part: tuple[int, int] | None) -> Iterator[Row]:
    if part is None:
        return rows
    place, parts = part
    return islice(rows, place - 1, None, parts)


def _describe_source(file: str, texts: int, part: tuple[int, int] | None) -> ProfileSource:
    path = Path(file)
    return ProfileSource(
        file=path.name,
        sha256=sha256_of(path),
        texts=texts,
        part="/".join(map(str, part)) if part else None,
    )
