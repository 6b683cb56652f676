"""The HTML page of a bias report."""

from collections.abc import Sequence
from typing import Any

from windvane.evaluation.bias import bias_tables
from windvane.evaluation.bias.bias_figures import DimensionFigures
from windvane.evaluation.bias.bias_limits import LimitCheck
from windvane.evaluation.bias.bias_plots import plot_groups, plot_headline
from windvane.evaluation.bias.bias_run import BiasReport
from windvane.evaluation.bias.group_tests import SIGNIFICANCE
from windvane.evaluation.report.page_templates import render_template

_TESTS_SHOWN = 10
_TERMS_NAMED = 6


def build_page(report: BiasReport) -> str:
    """Build the page.

    Raises:
        ModuleNotFoundError: matplotlib or jinja2 is not installed.
    """
    return render_template(
        "bias/bias_page.html.j2",
        title=f"Bias of {report.name} {report.version}",
        report=report,
        overview=bias_tables.overview_table(report),
        dimensions=[_collect_dimension(each, report.checks) for each in report.dimensions],
    )


def _collect_dimension(figures: DimensionFigures, checks: Sequence[LimitCheck]) -> dict[str, Any]:
    """Build the tables and pictures of a dimension's section."""
    own_checks = [check for check in checks if check.dimension == figures.name]
    limits = {check.figure: check.limit for check in own_checks}
    headline_limit = limits.get("headline_spread", limits.get("spread"))
    return {
        "figures": figures,
        "limits": bias_tables.limits_table(own_checks),
        "headline_limit": headline_limit,
        "headline_picture": plot_headline(figures, headline_limit) if figures.headline else "",
        "groups_picture": plot_groups(figures),
        "significance": SIGNIFICANCE,
        "tests": bias_tables.tests_table(figures.tests[:_TESTS_SHOWN]),
        "other_tests": bias_tables.tests_table(figures.tests[_TESTS_SHOWN:]),
        "templates": bias_tables.templates_table(figures),
        "texts": bias_tables.texts_table(figures),
        "lowest_terms": figures.terms[:_TERMS_NAMED],
        "highest_terms": list(reversed(figures.terms))[:_TERMS_NAMED],
        "terms": bias_tables.terms_table(figures),
    }
