"""Filling templates."""

import pytest

from windvane.evaluation.behaviour.fill_ins import fill_in, vary
from windvane.evaluation.errors import SuiteError

WORDS = {"noun": ["tea", "soup"], "adjective": ["hot", "cold"], "name": ["Ann", "Bob", "Cem"]}


def test_fill_in_takes_every_combination() -> None:
    filled = list(fill_in(["{adjective} {noun}"], WORDS))

    assert filled == [("hot tea",), ("hot soup",), ("cold tea",), ("cold soup",)]


def test_fill_in_gives_templates_that_go_together_the_same_words() -> None:
    filled = list(fill_in(["the {noun}", "the {adjective} {noun}"], WORDS))

    assert ("the tea", "the hot tea") in filled
    assert all(before.split()[-1] == after.split()[-1] for before, after in filled)


def test_vary_changes_one_word_and_keeps_the_others() -> None:
    filled = list(vary("{name} likes {noun}", "name", WORDS))

    assert filled == [
        ("Ann likes tea", "Bob likes tea", "Cem likes tea"),
        ("Ann likes soup", "Bob likes soup", "Cem likes soup"),
    ]


@pytest.mark.parametrize(
    ("template", "rule"),
    [
        ("the {drink}", 'no words for the fill-in "drink"'),
        ("the {noun", "a brace of the template is not closed"),
        ("the {0}", "a plain name in braces"),
        ("the {}", "a plain name in braces"),
        ("the {noun.upper}", "a plain name in braces"),
    ],
)
def test_fill_in_names_the_rule_that_is_broken(template: str, rule: str) -> None:
    with pytest.raises(SuiteError, match=rule):
        list(fill_in([template], WORDS))


@pytest.mark.parametrize("varied", ["name", "drink", ""])
def test_vary_needs_a_fill_in_of_the_template(varied: str) -> None:
    with pytest.raises(SuiteError, match='"vary" must name a fill-in'):
        list(vary("the {noun}", varied, WORDS))
