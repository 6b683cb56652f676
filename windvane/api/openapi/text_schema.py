"""The JSON schema of a text that can be classified."""

from typing import Any

VISIBLE = (
    r"[^\u0000-\u0020\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680"
    r"\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff\ufff9-\ufffb]"
)
"""Matches a visible character, as `check_text` does. The rare invisible ones beyond U+FFFF are left
out: regular expression engines differ in how they read them."""


def describe_text(max_chars: int) -> dict[str, Any]:
    """Build the schema of a text of at most so many characters."""
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": max_chars,
        "pattern": VISIBLE,
        "description": "Any Unicode text with something visible in it.",
    }
