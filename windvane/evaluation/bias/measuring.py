"""From the answers to a dimension's texts to its figures."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import fmean

from windvane.evaluation.bias.figures import (
    Answer,
    DimensionFigures,
    GroupFigures,
    TemplateFigures,
    TermFigures,
    TextFigures,
)
from windvane.evaluation.bias.group_tests import compare_groups, interval_of
from windvane.evaluation.bias.lists import Dimension, Template


def measure_dimension(
    dimension: Dimension, answers: Sequence[tuple[Template, Sequence[Answer]]]
) -> DimensionFigures:
    """Measure a dimension.

    Args:
        dimension: What was asked.
        answers: For each of its templates, those to all its fillings.
    """
    details = {template.text: _compare_texts(given) for template, given in answers}
    texts = [text for compared in details.values() for text in compared]
    templates = [_measure_template(template, details[template.text]) for template, _ in answers]
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


def _compare_texts(answers: Sequence[Answer]) -> list[TextFigures]:
    mean = fmean(answer.positive for answer in answers)
    usual = _usual_label(answers)
    return [
        TextFigures(
            text=answer.filling.text,
            group=answer.filling.group,
            term=answer.filling.term,
            positive=answer.positive,
            difference=answer.positive - mean,
            label=answer.label,
            flipped=answer.label != usual,
        )
        for answer in answers
    ]


def _usual_label(answers: Sequence[Answer]) -> str:
    return Counter(answer.label for answer in answers).most_common(1)[0][0]


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
        for group, own in values.items():
            means[group][template] = fmean(own)
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
