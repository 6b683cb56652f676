"""The JSON schema of a text that can be classified."""

from typing import Any

from windvane.inference.invisible_characters import RANGES

_LAST_OF_BASIC_PLANE = 0xFFFF


def _build_pattern() -> str:
    """Build a pattern that matches a visible character.

    The rare invisible ones beyond U+FFFF are left out: regular expression engines differ in how
    they read them.
    """
    ranges = [(first, last) for first, last in RANGES if last <= _LAST_OF_BASIC_PLANE]
    return "[^{}]".format("".join(map(_write_range, ranges)))


def _write_range(ends: tuple[int, int]) -> str:
    first, last = (f"\\u{code:04x}" for code in ends)
    return first if first == last else f"{first}-{last}"


VISIBLE = _build_pattern()


def describe_text(max_chars: int) -> dict[str, Any]:
    """Build the schema of a text of at most so many characters."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": max_chars,
        "pattern": VISIBLE,
        "description": "Any Unicode text with something visible in it.",
    }
