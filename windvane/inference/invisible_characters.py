"""Characters that show nothing, as ranges of code points.

Source: Unicode Character Database 18.0.0, as the package ``regex`` holds it: White_Space,
Default_Ignorable_Code_Point, the general categories Cc and Cf, and the two characters that have a
glyph without ink (U+2800 Braille pattern blank, U+1D159 musical symbol null notehead).
``tests/windvane/inference/test_invisible_characters.py`` compares the ranges with their source.
"""

from bisect import bisect_right

RANGES = (
    (0x0000, 0x0020),
    (0x007F, 0x00A0),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x115F, 0x1160),
    (0x1680, 0x1680),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x2800, 0x2800),
    (0x3000, 0x3000),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D159, 0x1D159),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""First and last code point of each range, ascending. Code points that Unicode reserves for
ignorable characters are in them; other unassigned ones may be new emoji and are not."""

_FIRSTS = tuple(first for first, _ in RANGES)
_LASTS = tuple(last for _, last in RANGES)


def is_invisible(character: str) -> bool:
    """Return whether a character shows nothing."""
    code = ord(character)
    return code <= _LASTS[bisect_right(_FIRSTS, code) - 1]
