"""Texts with fill-ins, such as ``The {thing} was {adjective}``."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from string import Formatter

from windvane.evaluation.errors import SuiteError

Words = Mapping[str, Sequence[str]]


def fill_in(templates: Sequence[str], words: Words) -> Iterator[tuple[str, ...]]:
    """Fill related templates with every combination of their words.

    Args:
        templates: Such as the two texts of a pair; a fill-in is the same word in all of them.
        words: The words of each fill-in.

    Yields:
        The filled texts, in the order of ``templates``.

    Raises:
        SuiteError: A fill-in has no words, or a brace is not closed.
    """
    names = list(dict.fromkeys(name for text in templates for name in fill_ins(text)))
    for name in names:
        if name not in words:
            raise SuiteError(f'there are no words for the fill-in "{name}"')
    for chosen in product(*(words[name] for name in names)):
        values = dict(zip(names, chosen, strict=True))
        yield tuple(text.format_map(values) for text in templates)


def vary(template: str, varied: str, words: Words) -> Iterator[tuple[str, ...]]:
    """Fill a template with one word after the other of the fill-in ``varied``.

    Yields:
        The texts that differ in that word only, for every combination of the other words.

    Raises:
        SuiteError: The template has no such fill-in, or a fill-in has no words.
    """
    if varied not in fill_ins(template) or varied not in words:
        raise SuiteError(f'"vary" must name a fill-in of the template that has words: "{varied}"')
    if len(words[varied]) < 2:  # noqa: PLR2004 - a base and a variant
        raise SuiteError(f'the fill-in "{varied}" needs two words or more')
    copies = [template.replace(f"{{{varied}}}", word) for word in words[varied]]
    return fill_in(copies, words)


def fill_ins(template: str) -> list[str]:
    """Name the fill-ins of a template, in their order.

    Raises:
        SuiteError: A brace is not closed, or a fill-in is not a plain name.
    """
    try:
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError as error:
        raise SuiteError("a brace of the template is not closed") from error
    if not all(name.isidentifier() for name in names):
        raise SuiteError("a fill-in is written as a plain name in braces")
    return names
