"""What a text must be."""

import pytest

from windvane.inference.errors import TextRuleError
from windvane.inference.text_rules import check_text, is_unicode


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (None, "a string"),
        (5, "a string"),
        (True, "a string"),
        (b"secret", "a string"),
        (["secret"], "a string"),
        ("secret secret", "at most 9 characters"),
        (" " * 10, "at most 9 characters"),
        ("", "not blank"),
        (" \t\r\n", "not blank"),
        ("\x00\x1b", "not blank"),
        ("\u200b\ufeff\u202e", "not blank"),
        ("\u2028\u00a0", "not blank"),
        ("\u3164\u115f\u1160\uffa0", "not blank"),
        ("\u2800", "not blank"),
        ("\ufe0f\ufe00\U000e0100", "not blank"),
        ("\u034f\u17b4\u180b\u180e", "not blank"),
        ("\U000e0001\U000e0041\U000e007f", "not blank"),
        ("\u2060\u2064 \u2065", "not blank"),
        ("secret\ud800", "valid Unicode, without lone surrogates"),
        ("\udc00", "valid Unicode, without lone surrogates"),
    ],
    ids=repr,
)
def test_check_text_says_the_rule_and_not_the_text(value: object, rule: str) -> None:
    with pytest.raises(TextRuleError) as caught:
        check_text(value, max_chars=9)

    assert str(caught.value) == rule


@pytest.mark.parametrize(
    "text",
    [
        "a",
        ".",
        "a\x00b",
        "\u202e\u05e9\u05dc",
        "\U0001f600",
        "\U0010fffd",
        "\u0378",
        "\u0301",
        " a ",
        "\u3164a",
        "\u2764\ufe0f",
        "\ud55c",
        "\u1112\u1161\u11ab",
    ],
    ids=ascii,
)
def test_check_text_returns_a_text_as_it_is(text: str) -> None:
    assert check_text(text, max_chars=9) == text


def test_check_text_counts_characters_not_bytes() -> None:
    text = "\U0001f600" * 10

    assert check_text(text, max_chars=10) == text
    with pytest.raises(TextRuleError):
        check_text(text, max_chars=9)


@pytest.mark.parametrize(("text", "holds"), [("é\U0001f600", True), ("", True), ("\ud83d", False)])
def test_is_unicode_finds_lone_surrogates(text: str, holds: bool) -> None:
    assert is_unicode(text) is holds
