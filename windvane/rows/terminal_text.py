"""Shows control characters of foreign names, which would control the terminal, as escapes."""

import re

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and line feed, and those that change the direction of writing."""


def escape_controls(text: str) -> str:
    r"""Write control characters as ``\x1b`` or ``\u202e``; tabs and line feeds stay."""
    return _CONTROLS.sub(_to_escape, text)


def escape_line(text: str) -> str:
    """Write control characters as escapes, tabs and line feeds too."""
    return escape_controls(text).replace("\t", "\\t").replace("\n", "\\n")


def blank_controls(text: str) -> str:
    """Write a space for each control character, tabs and line feeds too."""
    return _CONTROLS.sub(" ", text).replace("\t", " ").replace("\n", " ")


def _to_escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
