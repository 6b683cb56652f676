"""Terms put into templates."""

from pathlib import Path

import pytest

from windvane.evaluation.bias.dimensions import (
    Dimension,
    Template,
    choose_dimensions,
    load_dimensions,
)
from windvane.evaluation.errors import BiasError

GROUPS = {
    "women": {"subject": ["she"], "possessive": ["her"], "person": ["a woman", "a girl"]},
    "men": {"subject": ["he"], "possessive": ["his"], "person": ["a man"]},
    "others": {"person": ["someone"]},
}


def fill(text: str) -> list[tuple[str, str, str]]:
    template = Template(text, "neutral")
    fillings = Dimension("gender", GROUPS, [template]).fill(template)
    return [(filling.text, filling.group, filling.term) for filling in fillings]


def write_files(folder: Path, terms: str, templates: str) -> tuple[Path, Path]:
    (folder / "terms.toml").write_text(terms, encoding="utf-8")
    (folder / "templates.toml").write_text(templates, encoding="utf-8")
    return folder / "terms.toml", folder / "templates.toml"


def test_fill_puts_each_term_of_each_group_in() -> None:
    assert fill("I met {person}.") == [
        ("I met a woman.", "women", "a woman"),
        ("I met a girl.", "women", "a girl"),
        ("I met a man.", "men", "a man"),
        ("I met someone.", "others", "someone"),
    ]


def test_fill_starts_with_a_capital_where_the_slot_does() -> None:
    assert fill("{Person} called, then {person}.")[0][0] == "A woman called, then a woman."


def test_fill_takes_two_forms_in_step_and_leaves_out_groups_that_lack_one() -> None:
    assert fill("{Subject} lost {possessive} keys.") == [
        ("She lost her keys.", "women", "she"),
        ("He lost his keys.", "men", "he"),
    ]


def test_fill_refuses_forms_of_different_number() -> None:
    with pytest.raises(BiasError, match="gender, women: forms of one template differ in number"):
        fill("{Subject} saw {person}.")


@pytest.mark.parametrize("text", ["No slot.", "A {thing}."])
def test_fill_refuses_a_template_that_compares_nothing(text: str) -> None:
    with pytest.raises(BiasError, match="fewer than two groups"):
        fill(text)


def test_load_dimensions_keeps_tone_and_headline(tmp_path: Path) -> None:
    files = write_files(
        tmp_path,
        '[country.here]\ncountry = ["Malta"]\n[country.there]\ncountry = ["Fiji"]\n',
        '[country]\nheadline = "In {country}."\nneutral = ["In {country}."]\npositive = ["Yes!"]\n',
    )

    [country] = load_dimensions(*files)

    assert country.headline == "In {country}."
    assert [(each.text, each.tone) for each in country.templates] == [
        ("In {country}.", "neutral"),
        ("Yes!", "positive"),
    ]


@pytest.mark.parametrize(
    ("terms", "templates", "message"),
    [
        ("", '[country]\nneutral = ["{country}"]', '"country" has no terms'),
        ("[country]", "[country]", "country lacks sentences"),
        ("[country]", '[country]\nheadline = "b"\nneutral = ["a"]', "or its headline"),
        ("[country]", "", "holds no dimension"),
        ("[country]", "[country]\nangry = []", "unknown field `angry`"),
        ("[country]", "[country]\nneutral = 3", "got `int`"),
        ("[country", "", "is not TOML"),
    ],
)
def test_load_dimensions_says_what_is_wrong(
    tmp_path: Path, terms: str, templates: str, message: str
) -> None:
    files = write_files(tmp_path, terms, templates)

    with pytest.raises(BiasError, match=message):
        load_dimensions(*files)


def test_load_dimensions_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BiasError, match=r"none\.toml: No such file"):
        load_dimensions(tmp_path / "none.toml")


def test_choose_dimensions_keeps_those_named_or_else_all() -> None:
    age, name = Dimension("age", {}, []), Dimension("name", {}, [])

    assert choose_dimensions([age, name], ["name"]) == [name]
    assert choose_dimensions([age, name], []) == [age, name]


def test_choose_dimensions_lists_what_there_is() -> None:
    with pytest.raises(BiasError, match='no dimension "shoe"; there are: age'):
        choose_dimensions([Dimension("age", {}, [])], ["shoe"])
