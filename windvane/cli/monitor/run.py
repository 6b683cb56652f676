"""Runs ``windvane monitor``: compares results with the bundle's profile, and shows the drift."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from windvane.bundle_store import open_bundle
from windvane.cli.errors import CliError, file_errors
from windvane.cli.messages import print_message
from windvane.cli.monitor.monitor_outputs import Monitored, show_drift, write_page
from windvane.cli.output_files import refuse_overwriting
from windvane.cli.packages import require_packages
from windvane.cli.progress import progress_bar
from windvane.cli.results.damaged_records import report_damaged
from windvane.cli.results.result_log_access import open_for_reading
from windvane.cli.results.result_pages import count_progress, read_results
from windvane.inference.manifest import Manifest
from windvane.monitoring.drift_limits import LIMITS_FILE, check_limits, load_limits
from windvane.monitoring.drift_report import compare_records
from windvane.monitoring.exported_results import ExportedResults
from windvane.monitoring.features import build_features
from windvane.monitoring.observation import Observed
from windvane.monitoring.profile_building import require_profile
from windvane.monitoring.record_counts import RecordCounts, count_records
from windvane.result_log.query import ResultQuery
from windvane.result_log.result_id import to_timestamp
from windvane.rows.byte_source import open_input
from windvane.rows.rejects import count_rows
from windvane.settings import load_settings


@dataclass(frozen=True, kw_only=True)
class MonitorOptions:
    """The options of the command, under the names of their parameters."""

    bundle: str | None
    result_log: str | None
    file: str | None
    from_ms: int | None
    to_ms: int | None
    any_model: bool
    limits: Path | None
    report: str | None
    as_json: bool


def run_monitor(options: MonitorOptions) -> bool:
    """Compare results and show how far they differ.

    Returns:
        Whether a limit is exceeded.

    Raises:
        CliError: The log or the file cannot be read, or a package for the page is missing.
        InferenceError: The bundle cannot be used.
        MonitoringError: The bundle's profile, the limits or the records cannot be used.
        ResultLogError: The log cannot be read.
        RowsError: The file holds no results.
        SettingsError: A variable of the environment holds a value that is not allowed.
    """
    _check_options(options)
    manifest = open_bundle(options.bundle or load_settings(os.environ).bundle_uri).manifest
    profile = require_profile(manifest)
    features = tuple(build_features(profile))
    # A limit on a feature that this profile lacks would never be exceeded, so it is refused.
    limits = load_limits(options.limits or LIMITS_FILE, features)
    report = compare_records(_count(options, manifest), profile)
    monitored = Monitored(manifest, report, check_limits(report, limits))
    if options.report:  # first: a reader of the tables may close the pipe early
        write_page(monitored, options.report)
    show_drift(monitored, as_json=options.as_json)
    return monitored.is_beyond


def _check_options(options: MonitorOptions) -> None:
    if options.file and options.result_log:
        raise CliError("--file and --result-log name two sources; give one.")
    if options.report:
        require_packages("evaluate", "jinja2", "matplotlib")
        refuse_overwriting([options.file] if options.file else [], report=options.report)


def _count(options: MonitorOptions, manifest: Manifest) -> RecordCounts:
    """Count the results of the log or the file, in memory that does not grow with them."""
    open_source = _open_log if options.file is None else _open_file
    with file_errors(), open_source(options) as records:
        return count_records(
            records,
            require_profile(manifest),
            model=None if options.any_model else manifest.model_id,
        )


@contextmanager
def _open_log(options: MonitorOptions) -> Iterator[Iterator[Observed]]:
    query = ResultQuery(from_ms=options.from_ms, to_ms=options.to_ms)
    with (
        open_for_reading(options.result_log) as log,
        report_damaged(log) as pages,
        progress_bar(None) as advance,
    ):
        yield count_progress(read_results(pages, query), advance)


@contextmanager
def _open_file(options: MonitorOptions) -> Iterator[Iterator[Observed]]:
    file = options.file or "-"
    with open_input(file) as stream, progress_bar(None) as advance:
        results = ExportedResults(stream, advance)
        yield _choose_period(results, options)
    if results.unusable:
        print_message(f"{file}: {count_rows(results.unusable)} no result, left out.", err=True)


def _choose_period(results: ExportedResults, options: MonitorOptions) -> Iterator[Observed]:
    since = "" if options.from_ms is None else to_timestamp(options.from_ms)
    until = "a" if options.to_ms is None else to_timestamp(options.to_ms)
    return (result for result in results if since <= result.created_at < until)
