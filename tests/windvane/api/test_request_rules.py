import msgspec
import pytest

from windvane.api.classify.classify_schemas import SentimentRequest
from windvane.api.problems import FieldError, FieldRuleError
from windvane.api.request_rules import check_text_field, check_texts, to_request


class Feedback(msgspec.Struct, forbid_unknown_fields=True):
    label: str
    weights: list[float]
    kind: int = 1


@pytest.mark.parametrize(
    ("value", "field", "rule"),
    [
        ({"weights": []}, "label", "required"),
        ({"label": 3, "weights": []}, "label", "a string"),
        ({"label": "a", "weights": {}}, "weights", "a list"),
        ({"label": "a", "weights": ["private"]}, "weights", "a number"),
        ({"label": "a", "weights": [], "kind": "private"}, "kind", "a whole number"),
        (
            {"label": "a", "weights": [], "x` - at `$.private": 1},
            "body",
            "no unknown fields (allowed: label, weights, kind)",
        ),
        ("private", "body", "a JSON object"),
    ],
    ids=["missing", "string", "list", "item", "number", "unknown", "value"],
)
def test_to_request_names_field_and_rule(value: object, field: str, rule: str) -> None:
    with pytest.raises(FieldRuleError) as caught:
        to_request(value, Feedback)

    assert caught.value.error == FieldError(field, rule)


def test_to_request_builds_the_request() -> None:
    assert to_request({"text": "good"}, SentimentRequest) == SentimentRequest("good")


def test_check_text_field_names_field_and_rule() -> None:
    with pytest.raises(FieldRuleError) as caught:
        check_text_field(" ", "texts[1]", max_chars=9)

    assert caught.value.error == FieldError("texts[1]", "not blank")


def test_check_text_field_returns_the_text() -> None:
    assert check_text_field("good", "text", max_chars=9) == "good"


@pytest.mark.parametrize("texts", [[None], [None, None], ["abc", 3], ["a", "bc"]])
def test_check_texts_takes_one_to_the_limits(texts: list[object]) -> None:
    check_texts(texts, max_texts=2, max_chars=3)


@pytest.mark.parametrize(
    ("texts", "rule"),
    [
        ([], "at least 1 text"),
        ([None] * 3, "at most 2 texts"),
        (["abc", "d"], "at most 3 characters in all"),
    ],
)
def test_check_texts_refuses_more(texts: list[object], rule: str) -> None:
    with pytest.raises(FieldRuleError) as caught:
        check_texts(texts, max_texts=2, max_chars=3)

    assert caught.value.error == FieldError("texts", rule)
