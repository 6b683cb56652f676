import pytest

from windvane.api.problems import FieldRuleError
from windvane.api.query_string import read_limit, read_parameters


def test_read_parameters_gives_each_value() -> None:
    assert read_parameters({"a": ["1"], "b": [""]}, ("a", "b", "c")) == {"a": "1", "b": ""}


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"xyzzy": ["1"]}, "query"), ({"a": ["xyzzy", "xyzzy"]}, "a"), ({"a": []}, "a")],
    ids=["unknown", "repeated", "without-value"],
)
def test_read_parameters_names_the_field_and_repeats_nothing(
    parameters: dict[str, list[str]], field: str
) -> None:
    with pytest.raises(FieldRuleError) as refusal:
        read_parameters(parameters, ("a", "b"))

    assert refusal.value.error.field == field
    assert "xyzzy" not in str(refusal.value)


@pytest.mark.parametrize("value", ["1", "07", "200"])
def test_read_limit_takes_what_a_page_may_have(value: str) -> None:
    assert read_limit(value, 200) == int(value)


@pytest.mark.parametrize("value", ["", "0", "201", "-1", "1.5", " 2", "٣", "9" * 5000])
def test_read_limit_names_the_rule(value: str) -> None:
    with pytest.raises(FieldRuleError, match="limit: a whole number from 1 to 200"):
        read_limit(value, 200)
