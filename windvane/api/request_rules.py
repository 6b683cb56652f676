"""Checks of a request's fields. No message repeats what was sent."""

import re
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from windvane.api.problems import FieldRuleError
from windvane.inference.errors import TextRuleError
from windvane.inference.text_rules import check_text

RequestT = TypeVar("RequestT", bound=msgspec.Struct)


def to_request(value: object, request_type: type[RequestT]) -> RequestT:
    """Check a JSON value against a request's fields.

    Raises:
        FieldRuleError: A field is missing, unknown, or of another type.
    """
    allowed = request_type.__struct_fields__
    if isinstance(value, dict) and not value.keys() <= set(allowed):
        raise FieldRuleError("body", f"no unknown fields (allowed: {', '.join(allowed)})")
    return convert(value, request_type)


def convert(value: object, request_type: type[RequestT]) -> RequestT:
    """Check a JSON value against a request's fields; unknown fields are ignored.

    Raises:
        FieldRuleError: A field is missing, of another type, or not one of those allowed.
    """
    try:
        return msgspec.convert(value, request_type)
    except msgspec.ValidationError as error:
        raise _to_field_rule(str(error)) from error


ONE_OF_THE_VALUES = "one of the values in /openapi.json"

_TYPE_WORDS = {
    "str": "a string",
    "array": "a list",
    "object": "a JSON object",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str | array": "a string or a list",
}


def _to_field_rule(message: str) -> FieldRuleError:
    """Take field and rule from msgspec's message, but not the value that was sent."""
    if missing := re.match(r"Object missing required field `(\w+)`", message):
        return FieldRuleError(missing[1], "required")
    expected = re.match(r"Expected `([^`]+)`( [<>]=? \d+)?", message)
    place = re.search(r" - at `\$\.(\w+(?:\.\w+)*)", message)
    rule = _describe_type(*expected.groups("")) if expected else ONE_OF_THE_VALUES
    return FieldRuleError(place[1] if place else "body", rule)


def _describe_type(expected: str, bound: str) -> str:
    """Describe a type and its bound, such as ``int | null`` or ``int`` and `` >= 1``."""
    words = expected.removesuffix(" | null")
    return _TYPE_WORDS.get(words, words) + bound


def check_text_field(value: object, field: str, max_chars: int) -> str:
    """Return the value of a field if it is a text that can be classified.

    Raises:
        FieldRuleError: The value breaks a rule.
    """
    try:
        return check_text(value, max_chars=max_chars)
    except TextRuleError as error:
        raise FieldRuleError(field, str(error)) from error


def check_texts(
    texts: Sequence[object], field: str = "texts", *, max_texts: int, max_chars: int
) -> None:
    """Check the length of a list of texts, and of all its texts together.

    Raises:
        FieldRuleError: It is empty or too long.
    """
    if not texts:
        raise FieldRuleError(field, "at least 1 text")
    if len(texts) > max_texts:
        raise FieldRuleError(field, f"at most {max_texts} texts")
    if sum(len(text) for text in texts if isinstance(text, str)) > max_chars:
        raise FieldRuleError(field, f"at most {max_chars} characters in all")
