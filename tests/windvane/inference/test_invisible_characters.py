"""Which characters show nothing."""

import unicodedata

import pytest
import regex

from windvane.inference.invisible_characters import RANGES, is_invisible

INVISIBLE = regex.compile(
    r"[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\U0001D159]"
)


def test_ranges_are_those_of_the_unicode_character_database() -> None:
    ranges: list[tuple[int, int]] = []
    for code in range(0x110000):
        if not INVISIBLE.match(chr(code)):
            continue
        is_next = ranges and ranges[-1][1] == code - 1
        ranges.append((ranges.pop()[0] if is_next else code, code))

    assert tuple(ranges) == RANGES


@pytest.mark.parametrize(
    "character",
    [
        *" \t\n\x00\x7f\x85\xa0\xad\u2028\u202e\u3000\ufeff",
        *"\u3164\u115f\u1160\uffa0\u2800\ufe0f\ufe00\u034f\u180b\u180e\u17b4\u2065\U0001d159",
        *map(chr, range(0x200B, 0x2010)),
        *map(chr, range(0x2060, 0x2065)),
        *map(chr, [0xE0001, 0xE0020, 0xE007F, 0xE0100, 0xE01EF]),
    ],
    ids=ascii,
)
def test_character_is_invisible(character: str) -> None:
    assert is_invisible(character)


@pytest.mark.parametrize(
    "character", [*"a.\u0301\u1100\u2801\u3163\ufffc\U0001f600\U000e1000\U0010fffd"], ids=ascii
)
def test_character_is_visible(character: str) -> None:
    assert not is_invisible(character)


def test_every_space_and_format_character_of_this_python_is_invisible() -> None:
    known = {"Cc", "Cf", "Zs", "Zl", "Zp"}

    visible = [
        code
        for code in range(0x110000)
        if unicodedata.category(chr(code)) in known and not is_invisible(chr(code))
    ]

    assert visible == []
