import msgspec
import pytest

from functions.classify_api.problems import FieldError, FieldRuleError
from functions.classify_api.request_rules import check_text, check_texts, to_request
from functions.classify_api.schemas import SentimentRequest


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
        ({"label": "a", "weights": ["private"]}, "weights", "float"),
        ({"label": "a", "weights": [], "kind": "private"}, "kind", "int"),
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


def test_check_text_counts_characters_not_bytes() -> None:
    text = "\U0001f600" * 10

    assert check_text(text, "text", max_chars=10) == text
    with pytest.raises(FieldRuleError):
        check_text(text, "text", max_chars=9)


@pytest.mark.parametrize("text", ["\U0010fffd", "\u0378", "\u0301", "."])
def test_check_text_does_not_take_the_unknown_for_blank(text: str) -> None:
    assert check_text(text, "text", max_chars=9) == text


def test_check_texts_takes_one_to_the_limit() -> None:
    check_texts([None], 2)
    check_texts([None, None], 2)

    for texts in ([], [None] * 3):
        with pytest.raises(FieldRuleError):
            check_texts(texts, 2)
