"""The tables of a dimension's section in the report."""

from collections.abc import Sequence
from html import escape

from windvane.evaluation.bias.figures import DimensionFigures, TermFigures
from windvane.evaluation.bias.group_tests import SIGNIFICANCE, GroupTest, Interval
from windvane.evaluation.bias.limits import LimitCheck
from windvane.evaluation.report.markup import Html, Number, fold, range_bar, table, verdict

_WORST_TEXTS = 12
_TESTS_SHOWN = 10
_TERMS_NAMED = 6


def limits_table(checks: Sequence[LimitCheck]) -> Html:
    """Set a dimension's figures beside their limits."""
    rows = [
        (
            check.figure.replace("_", " "),
            f"{check.value:.4f}",
            f"{check.limit:g}",
            verdict("exceeded" if check.exceeded else "held", good=not check.exceeded),
        )
        for check in checks
    ]
    return table(("figure", Number("measured"), Number("limit"), ""), rows, kind="narrow")


def tests_table(tests: Sequence[GroupTest]) -> str:
    """Show the widest differences between two groups; the others are folded."""
    found = sum(test.significant for test in tests)
    columns = (
        "groups",
        Number("sentences"),
        Number("mean difference"),
        Number("95 % interval"),
        Number("effect size (d)"),
        Number("p"),
        Number("p after Holm"),
    )
    title = (
        f"Paired t-tests over the sentences: {found} of {len(tests)} pairs differ at "
        f"{SIGNIFICANCE:g} after Holm's correction"
    )
    rows = [_test_row(test) for test in tests]
    shown = table(columns, rows[:_TESTS_SHOWN], caption=title).code
    if len(rows) <= _TESTS_SHOWN:
        return shown
    rest = table(columns, rows[_TESTS_SHOWN:])
    return shown + fold(f"The other {len(rows) - _TESTS_SHOWN} pairs", rest).code


def _test_row(test: GroupTest) -> tuple[str | Html, ...]:
    return (
        " vs ".join(test.groups),
        str(test.templates),
        f"{test.difference.mean:+.4f}",
        _write_interval(test.difference),
        "-" if test.effect_size is None else f"{test.effect_size:+.2f}",
        _write_p(test.p_value),
        verdict(_write_p(test.adjusted_p_value), good=not test.significant),
    )


def _write_interval(interval: Interval) -> str:
    if interval.low is None or interval.high is None:
        return "-"
    return f"{interval.low:+.4f} to {interval.high:+.4f}"


def _write_p(p_value: float | None) -> str:
    if p_value is None:
        return "-"
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"  # noqa: PLR2004 - as papers write it


def templates_table(figures: DimensionFigures) -> Html:
    """Show each sentence, with its range as a bar."""
    columns = (
        "sentence",
        "tone",
        "p from 0 to 1",
        Number("spread"),
        Number("mean |d|"),
        Number("flips"),
        "lowest",
        "highest",
    )
    rows = [
        (
            each.template,
            each.tone,
            range_bar(each.lowest, each.highest),
            f"{each.spread:.3f}",
            f"{each.mean_difference:.4f}",
            f"{each.flips} of {each.texts}",
            f"{each.lowest_term} {each.lowest:.3f}",
            f"{each.highest_term} {each.highest:.3f}",
        )
        for each in figures.templates
    ]
    return table(columns, rows, kind="wide")


def texts_table(figures: DimensionFigures) -> Html:
    """Show the texts that differ most."""
    rows = [
        (
            text.text,
            text.group,
            f"{text.positive:.3f}",
            f"{text.difference:+.3f}",
            verdict(f"{text.label}, a flip", good=False) if text.flipped else text.label,
        )
        for text in figures.worst_texts(_WORST_TEXTS)
    ]
    return table(("text", "group", Number("p"), Number("difference"), "label"), rows)


def terms_part(figures: DimensionFigures) -> str:
    """Name the terms at both ends; all of them are folded."""
    terms = figures.terms
    ends = (
        f"Lowest: {_name_terms(terms[:_TERMS_NAMED])}. "
        f"Highest: {_name_terms(list(reversed(terms))[:_TERMS_NAMED])}."
    )
    rows = [
        (each.term, each.group, str(each.templates), f"{each.difference:+.4f}")
        for each in figures.terms
    ]
    columns = ("term", "group", Number("sentences"), Number("mean difference"))
    every = fold(f"All {len(rows)} terms, lowest first", table(columns, rows))
    return f"<h3>Terms, by their mean difference</h3><p>{escape(ends)}</p>{every.code}"


def _name_terms(terms: Sequence[TermFigures]) -> str:
    return ", ".join(f"{each.term} {each.difference:+.3f}" for each in terms)
