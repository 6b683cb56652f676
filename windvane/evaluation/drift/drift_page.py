"""The HTML page of a drift report."""

from collections.abc import Sequence
from typing import Any

from windvane.evaluation.drift import drift_tables
from windvane.evaluation.drift.drift_plots import plot_bins, plot_labels, plot_psi
from windvane.evaluation.report.page_templates import render_template
from windvane.inference.manifest import Manifest
from windvane.monitoring.drift_limits import LimitCheck
from windvane.monitoring.drift_report import DriftReport, FeatureDrift


def build_page(manifest: Manifest, report: DriftReport, checks: Sequence[LimitCheck]) -> str:
    """Build the page.

    Args:
        manifest: The bundle's, with its profile.
        report: The report.
        checks: What the limits say about it.

    Raises:
        ModuleNotFoundError: matplotlib or jinja2 is not installed.
    """
    has_days = len(report.days) > 1
    return render_template(
        "drift/drift_page.html.j2",
        title=f"Drift of {manifest.name} {manifest.version}",
        compared=drift_tables.describe_compared(report),
        sources=manifest.profile.sources if manifest.profile else (),
        holding=drift_tables.describe_holding(checks),
        exceeded=[drift_tables.describe_check(check) for check in checks if check.exceeded],
        overview=drift_tables.features_table(report, checks),
        shares=drift_tables.shares_table(report, checks),
        days=drift_tables.days_table(report.days, checks),
        labels_picture=plot_labels(report.days) if has_days else None,
        psi_picture=plot_psi(report.days, _find_common_limit(checks)) if has_days else None,
        features=[_collect_feature(drift) for drift in report.whole.features],
    )


def _collect_feature(drift: FeatureDrift) -> dict[str, Any]:
    """Build the picture and the table of a feature's bins."""
    return {
        "name": drift_tables.NAMES[drift.name],
        "picture": plot_bins(drift),
        "bins": drift_tables.bins_table(drift),
    }


def _find_common_limit(checks: Sequence[LimitCheck]) -> float | None:
    limits = {check.limit for check in checks if check.figure == "psi"}
    return limits.pop() if len(limits) == 1 else None
