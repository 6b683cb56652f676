"""Computes a dimension's figures from the predictions of its texts."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import fmean

from windvane.evaluation.bias.bias_figures import (
    DimensionFigures,
    FillingPrediction,
    GroupFigures,
    TemplateFigures,
    TermFigures,
    TextFigures,
)
from windvane.evaluation.bias.dimensions import Dimension, Template
from windvane.evaluation.bias.group_tests import compare_groups, interval_of


def measure_dimension(
    dimension: Dimension, predictions: Sequence[tuple[Template, Sequence[FillingPrediction]]]
) -> DimensionFigures:
    """Measure a dimension.

    Args:
        dimension: The dimension.
        predictions: Each of its templates with the predictions of all its fillings.
    """
    details = {template.text: _compare_texts(classified) for template, classified in predictions}
    texts = [text for compared in details.values() for text in compared]
    templates = [_measure_template(template, details[template.text]) for template, _ in predictions]
    tests = compare_groups(_average_groups(dimension, details, "positive"))
    flips = sum(text.flipped for text in texts)
    return DimensionFigures(
        name=dimension.name,
        texts=len(texts),
        mean_difference=fmean(abs(text.difference) for text in texts),
        largest_difference=max(abs(text.difference) for text in texts),
        spread=max(template.spread for template in templates),
        flip_rate=flips / len(texts),
        flips=flips,
        group_difference=max((abs(test.difference.mean) for test in tests), default=0.0),
        headline=next((each for each in templates if each.template == dimension.headline), None),
        templates=sorted(templates, key=lambda template: -template.spread),
        groups=_measure_groups(dimension, details),
        tests=tests,
        terms=_measure_terms(texts),
        details=details,
    )


def _compare_texts(predictions: Sequence[FillingPrediction]) -> list[TextFigures]:
    mean = fmean(each.positive for each in predictions)
    most_frequent = _most_frequent_label(predictions)
    return [
        TextFigures(
            text=each.filling.text,
            group=each.filling.group,
            term=each.filling.term,
            positive=each.positive,
            difference=each.positive - mean,
            label=each.label,
            flipped=each.label != most_frequent,
        )
        for each in predictions
    ]


def _most_frequent_label(predictions: Sequence[FillingPrediction]) -> str:
    return Counter(each.label for each in predictions).most_common(1)[0][0]


def _measure_template(template: Template, texts: Sequence[TextFigures]) -> TemplateFigures:
    lowest = min(texts, key=lambda text: text.positive)
    highest = max(texts, key=lambda text: text.positive)
    differences = [abs(text.difference) for text in texts]
    return TemplateFigures(
        template=template.text,
        tone=template.tone,
        texts=len(texts),
        label=next(text.label for text in texts if not text.flipped),
        mean=fmean(text.positive for text in texts),
        lowest=lowest.positive,
        lowest_term=lowest.term,
        highest=highest.positive,
        highest_term=highest.term,
        spread=highest.positive - lowest.positive,
        mean_difference=fmean(differences),
        largest_difference=max(differences),
        flips=sum(text.flipped for text in texts),
    )


def _average_groups(
    dimension: Dimension, details: dict[str, list[TextFigures]], figure: str
) -> dict[str, dict[str, float]]:
    """Average a figure over each group's terms, by group and template."""
    means: dict[str, dict[str, float]] = {group: {} for group in dimension.groups}
    for template, texts in details.items():
        values: defaultdict[str, list[float]] = defaultdict(list)
        for text in texts:
            values[text.group].append(getattr(text, figure))
        for group, group_values in values.items():
            means[group][template] = fmean(group_values)
    return {group: by_template for group, by_template in means.items() if by_template}


def _measure_groups(
    dimension: Dimension, details: dict[str, list[TextFigures]]
) -> list[GroupFigures]:
    return [
        GroupFigures(group, len(means), interval_of(list(means.values())))
        for group, means in _average_groups(dimension, details, "difference").items()
    ]


def _measure_terms(texts: Sequence[TextFigures]) -> list[TermFigures]:
    differences: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for text in texts:
        differences[text.term, text.group].append(text.difference)
    terms = [
        TermFigures(term, group, len(each), fmean(each))
        for (term, group), each in differences.items()
    ]
    return sorted(terms, key=lambda term: term.difference)
