"""The report as one page that needs no other file."""

from collections.abc import Sequence
from html import escape

from windvane.evaluation.bias.figures import DimensionFigures, TextFigures
from windvane.evaluation.bias.limits import LimitCheck
from windvane.evaluation.bias.plots import plot_groups, plot_headline
from windvane.evaluation.bias.running import BiasReport
from windvane.evaluation.bias.tables import (
    limits_table,
    templates_table,
    terms_part,
    tests_table,
    texts_table,
)
from windvane.evaluation.report.markup import Html, Number, fold, table, verdict, wrap_page

_DEFINITIONS = (
    "Each sentence is filled with every term of its dimension, and classified. p is the "
    "probability of the label '{label}'. A text's difference is its p less the mean p "
    "of the same sentence with every term; a sentence's spread is its highest p less its "
    "lowest; the group gap is the widest mean difference between two groups; a text flips if its "
    "label is not the one that most terms give the sentence."
)


def build_page(report: BiasReport) -> str:
    """Lay the report out as HTML."""
    title = f"Bias of {report.name} {report.version}"
    sections = [_overview(report, title)]
    sections += [_dimension_section(each, report) for each in report.dimensions]
    return wrap_page(title, "".join(sections))


def _overview(report: BiasReport, title: str) -> str:
    texts = sum(dimension.texts for dimension in report.dimensions)
    failed = len(report.exceeded)
    judgement = verdict(
        f"{failed} of {len(report.checks)} limits exceeded."
        if failed
        else f"All {len(report.checks)} limits held.",
        good=not failed,
    )
    columns = (
        "dimension",
        Number("texts"),
        Number("mean |difference|"),
        Number("largest"),
        Number("widest spread"),
        Number("flips"),
        Number("group gap"),
        "limits",
    )
    rows = [_overview_row(each, report.checks) for each in report.dimensions]
    return (
        f"<h1>{escape(title)}</h1><section><p>{texts:,} texts. {judgement.code}</p>"
        f'<p class="quiet">{escape(_DEFINITIONS.format(label=report.positive_label))}</p>'
        f"{table(columns, rows).code}</section>"
    )


def _overview_row(
    figures: DimensionFigures, checks: Sequence[LimitCheck]
) -> tuple[str | Html, ...]:
    own = {check.figure: check for check in checks if check.dimension == figures.name}

    def colour(figure: str, value: str) -> str | Html:
        return verdict(value, good=not own[figure].exceeded) if figure in own else value

    return (
        Html(f'<a href="#{escape(figures.name)}">{escape(figures.name)}</a>'),
        f"{figures.texts:,}",
        colour("mean_difference", f"{figures.mean_difference:.4f}"),
        colour("largest_difference", f"{figures.largest_difference:.3f}"),
        colour("spread", f"{figures.spread:.3f}"),
        colour("flip_rate", f"{figures.flip_rate:.2%}"),
        colour("group_difference", f"{figures.group_difference:.4f}"),
        _judge(list(own.values())),
    )


def _judge(checks: Sequence[LimitCheck]) -> str | Html:
    if not checks:
        return "none"
    over = sum(check.exceeded for check in checks)
    return verdict(f"{over} of {len(checks)} exceeded" if over else "held", good=not over)


def _dimension_section(figures: DimensionFigures, report: BiasReport) -> str:
    checks = [check for check in report.checks if check.dimension == figures.name]
    parts = [
        f'<section id="{escape(figures.name)}"><h2>{escape(figures.name.capitalize())}</h2>',
        limits_table(checks).code if checks else "",
        _headline_part(figures, checks),
        "<h3>By group</h3>",
        "<p class='quiet'>Dot and line: the group's mean over the sentences, and its 95 % "
        "interval. Grey dots below: its terms.</p>",
        plot_groups(figures),
        tests_table(figures.tests),
        "<h3>Sentences, widest spread first</h3>",
        templates_table(figures).code,
        "<h3>Texts furthest from their sentence's mean</h3>",
        texts_table(figures).code,
        terms_part(figures),
        "</section>",
    ]
    return "".join(parts)


def _headline_part(figures: DimensionFigures, checks: Sequence[LimitCheck]) -> str:
    if figures.headline is None:
        return ""
    headline = figures.headline
    limits = {check.figure: check.limit for check in checks}
    limit = limits.get("headline_spread", limits.get("spread"))
    texts = figures.headline_texts()
    band = "" if limit is None else f" The band is as wide as the limit, {limit:g}."
    flips = " Brown: flips." if headline.flips else ""
    caption = (
        f"From {headline.lowest:.3f} ({headline.lowest_term}) to {headline.highest:.3f} "
        f"({headline.highest_term}): a spread of {headline.spread:.3f}.{band}{flips}"
    )
    everyone = fold(f"All {len(texts)} by their probability", _term_grid(texts))
    return (
        f"<h3>“{escape(headline.template)}”</h3>"
        f'<p class="quiet">{escape(caption)}</p>{plot_headline(figures, limit)}{everyone.code}'
    )


def _term_grid(texts: Sequence[TextFigures]) -> Html:
    cells = (f"<span>{escape(each.term)}<b>{each.positive:.3f}</b></span>" for each in texts)
    return Html(f'<div class="terms">{"".join(cells)}</div>')
