"""Rules that a text must meet to be classified. No message repeats the text."""

from windvane.inference.errors import TextRuleError
from windvane.inference.invisible_characters import is_invisible

LONGEST_TEXT_CHARS = 1_000_000
"""Upper bound of the configurable limit on a text's length."""


def check_text(value: object, *, max_chars: int) -> str:
    """Return the value if it is a text that can be classified.

    A text is blank if none of its characters is visible. Invisible ones are allowed beside visible
    ones.

    Args:
        value: The value to check.
        max_chars: The longest text allowed, in characters (code points).

    Raises:
        TextRuleError: The value breaks a rule; the message is the rule, such as ``not blank``.
    """
    if not isinstance(value, str):
        raise TextRuleError("a string")
    if len(value) > max_chars:
        raise TextRuleError(f"at most {max_chars} characters")
    if all(map(is_invisible, value)):
        raise TextRuleError("not blank")
    if not is_unicode(value):
        raise TextRuleError("valid Unicode, without lone surrogates")
    return value


def is_unicode(text: str) -> bool:
    """Return whether a string can be encoded as UTF-8, that is, has no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
