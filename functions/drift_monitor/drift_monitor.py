"""Compares the recorded results of a day with the live bundle's profile, and writes metrics."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from aws_lambda_powertools.metrics import MetricUnit

from functions.drift_monitor.recent_records import Pages, read_recent
from windvane.bundle_store import open_bundle
from windvane.facts import DRIFT_LIMITS_VARIABLE, LIVE_FUNCTION_VARIABLE, MetricName
from windvane.inference.manifest import Manifest
from windvane.live_bundle import find_live_bundle
from windvane.monitoring.drift_limits import (
    LIMITS_FILE,
    LimitCheck,
    check_limits,
    list_figures,
    load_limits,
)
from windvane.monitoring.drift_report import DriftReport, compare_records
from windvane.monitoring.features import build_features
from windvane.monitoring.limit_rules import Limits
from windvane.monitoring.profile_building import require_profile
from windvane.monitoring.record_counts import count_records
from windvane.observability import build_metrics, logger
from windvane.result_log.result_log import open_result_log
from windvane.settings import load_settings


class NoResultLogError(Exception):
    """The environment names no result log."""


class DriftMonitor:
    """The monitor of one process."""

    def __init__(
        self,
        environ: Mapping[str, str],
        find_bundle: Callable[[str], str] = find_live_bundle,
        log: Pages | None = None,
    ) -> None:
        """Open the result log; nothing is read yet.

        Args:
            environ: Settings, the function whose live bundle is compared with, and its own name.
            find_bundle: Returns the URI of the live bundle of a function.
            log: The result log; None for that of the settings.

        Raises:
            AwsSetupError: The AWS region is not known.
            NoResultLogError: There is no result log.
            ResultLogUriError: The settings name no log that exists.
            SettingsError: A variable's value is not allowed.
        """
        log = log or open_result_log(load_settings(environ).result_log_uri, environ)
        if log is None:
            raise NoResultLogError("WINDVANE_RESULT_LOG_URI names no log.")
        self._log = log
        self._find_bundle = find_bundle
        self._live_function = environ[LIVE_FUNCTION_VARIABLE]
        self._function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME", "local")
        self._metrics = build_metrics()
        self._limits = environ.get(DRIFT_LIMITS_VARIABLE)

    def run(self) -> dict[str, Any]:
        """Compare and write metrics.

        Returns:
            Model, records, and the figures that are beyond their limits.

        Raises:
            BundleError: The live bundle cannot be used.
            MonitoringError: It has no profile, or records do not fit it.
            ResultLogUnavailableError: The log did not answer.
        """
        manifest = open_bundle(self._find_bundle(self._live_function)).manifest
        profile = require_profile(manifest)
        counts = count_records(read_recent(self._log), profile, model=manifest.model_id)
        if not counts.days:  # nobody asked the live bundle, which is no drift
            self._write({MetricName.DRIFT_RECORDS: 0.0})
            return _summarize(manifest, 0, [])
        report = compare_records(counts, profile)
        checks = check_limits(report, self._load_limits(tuple(build_features(profile))))
        exceeded = [check for check in checks if check.exceeded and check.day is None]
        self._write(_to_metrics(report, exceeded))
        return _summarize(manifest, report.whole.records, exceeded)

    def _load_limits(self, features: Sequence[str]) -> Limits:
        """Return the stage's limits, which were checked when it was deployed, or the defaults."""
        if self._limits is None:
            return load_limits(LIMITS_FILE, features)
        return msgspec.json.decode(self._limits, type=dict[str, dict[str, float]])

    def _write(self, figures: Mapping[str, float]) -> None:
        self._metrics.add_dimension("function", self._function_name)
        for name, value in figures.items():
            self._metrics.add_metric(name, MetricUnit.NoUnit, value)
        self._metrics.flush_metrics()


def _to_metrics(report: DriftReport, exceeded: list[LimitCheck]) -> dict[str, float]:
    figures = {
        f"{MetricName.DRIFT_PREFIX}{feature}.{figure}": round(estimate.value, 6)
        for feature, figure, estimate in list_figures(report.whole)
    }
    return {
        MetricName.DRIFT_RECORDS: float(report.whole.records),
        MetricName.DRIFT_EXCEEDED: float(len(exceeded)),
        **figures,
    }


def _summarize(manifest: Manifest, records: int, exceeded: list[LimitCheck]) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "model": manifest.model_id,
        "records": records,
        "exceeded": [f"{check.feature} {check.figure}" for check in exceeded],
    }
    (logger.warning if exceeded else logger.info)("results compared", **summary)
    return summary
