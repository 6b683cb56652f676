"""The rules that a request's fields must keep. No message repeats what was sent."""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from functions.classify_api.problems import FieldRuleError

RequestT = TypeVar("RequestT", bound=msgspec.Struct)


def to_request(value: object, request_type: type[RequestT]) -> RequestT:
    """Check a JSON value against a request's fields.

    Raises:
        FieldRuleError: A field is missing, unknown, or of another type.
    """
    allowed = request_type.__struct_fields__
    if isinstance(value, dict) and not value.keys() <= set(allowed):
        raise FieldRuleError("body", f"no unknown fields (allowed: {', '.join(allowed)})")
    try:
        return msgspec.convert(value, request_type)
    except msgspec.ValidationError as error:
        raise _to_field_rule(str(error)) from error


_TYPE_WORDS = {"str": "a string", "array": "a list", "object": "a JSON object"}


def _to_field_rule(message: str) -> FieldRuleError:
    """Take field and rule from msgspec's message and leave what was sent."""
    if missing := re.match(r"Object missing required field `(\w+)`", message):
        return FieldRuleError(missing[1], "required")
    expected = re.match(r"Expected `(\w+)`", message)
    place = re.search(r" - at `\$\.(\w+)", message)
    rule = _TYPE_WORDS.get(expected[1], expected[1]) if expected else "valid"
    return FieldRuleError(place[1] if place else "body", rule)


def check_text(value: object, field: str, max_chars: int) -> str:
    """Return the value if it is a text that can be classified.

    A text is blank if nothing in it can be seen: only white space, control characters or format
    characters such as a zero-width space. Beside something visible they are allowed.

    Raises:
        FieldRuleError: The value breaks a rule.
    """
    if not isinstance(value, str):
        raise FieldRuleError(field, "a string")
    if len(value) > max_chars:
        raise FieldRuleError(field, f"at most {max_chars} characters")
    if all(unicodedata.category(character) in _INVISIBLE for character in value):
        raise FieldRuleError(field, "not blank")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise FieldRuleError(field, "valid Unicode, without lone surrogates") from error
    return value


_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""General categories (Unicode Standard, table 4-4); unassigned ones may be new emoji."""


def check_texts(texts: Sequence[object], max_texts: int) -> None:
    """Check the length of a list of texts.

    Raises:
        FieldRuleError: It is empty or too long.
    """
    if not texts:
        raise FieldRuleError("texts", "at least 1 text")
    if len(texts) > max_texts:
        raise FieldRuleError("texts", f"at most {max_texts} texts")
