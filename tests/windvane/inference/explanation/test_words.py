"""Words found in texts of any script, and left out of them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from windvane.inference.explanation.words import find_words, leave_out

INVISIBLE = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I love it.", ["I", "love", "it", "."]),
        ("don't be self-made, snake_case", ["don't", "be", "self-made", ",", "snake_case"]),
        ("don\u2019t 'quote' -- well-", ["don\u2019t", "'", "quote", "'", "--", "well", "-"]),
        ("3.5/5, 1,000 v2.", ["3.5", "/", "5", ",", "1,000", "v2", "."]),
        ("ok :-) <3 !!!", ["ok", ":-)", "<", "3", "!!!"]),
        ("line\r\n\ttwo\u2003three", ["line", "two", "three"]),
        ("cafe\u0301 nai\u0308ve", ["cafe\u0301", "nai\u0308ve"]),
        ("我喜欢 你!", ["我", "喜", "欢", "你", "!"]),
        ("とても良いテスト", ["とても", "良", "いテスト"]),
        ("정말 좋아요", ["정말", "좋아요"]),
        ("\u202bطوب جيد\u202c, נהדר", ["طوب", "جيد", ",", "נהדר"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("نمی\u200cگیرم", ["نمی\u200cگیرم"]),
        ("so\u00adlid a\u200bb", ["so\u00adlid", "a", "b"]),
        ("👍🏽😀", ["👍🏽", "😀"]),
        ("👨‍👩‍👧 ❤️‍🔥🙂‍↔️", ["👨‍👩‍👧", "❤️‍🔥", "🙂‍↔️"]),
        ("🇩🇪🇫🇷 1️⃣", ["🇩🇪", "🇫🇷", "1️⃣"]),
        ("🏴\U000e0067\U000e0062\U000e007f", ["🏴\U000e0067\U000e0062\U000e007f"]),
        ("\u0301 \U0001f3fd", ["\u0301", "\U0001f3fd"]),
        ("\u0378 \ue000", ["\u0378", "\ue000"]),
        (" \n", []),
        ("", []),
    ],
)
def test_find_words_finds(text: str, words: list[str]) -> None:
    assert [text[word.start : word.end] for word in find_words(text)] == words


def test_find_words_takes_a_replaced_part_for_one_word() -> None:
    text = "see(@jane_doe) at https://example.org/x."

    words = find_words(text, [(4, 13), (18, 39)])

    shown = [text[word.start : word.end] for word in words]
    assert shown == ["see", "(", "@jane_doe", ")", "at", "https://example.org/x", "."]


@given(st.text())
def test_find_words_leaves_only_what_cannot_be_seen(text: str) -> None:
    words = find_words(text)

    edges = [0, *(edge for word in words for edge in (word.start, word.end)), len(text)]
    between = "".join(text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2))
    assert edges == sorted(edges)
    assert all(word.start < word.end for word in words)
    assert {unicodedata.category(character) for character in between} <= INVISIBLE


@pytest.mark.parametrize(
    ("kept", "rest"),
    [
        (0b11111, " It's\nnot 👍🏽, sir "),
        (0b11101, " It's\n... 👍🏽, sir "),
        (0b11001, " It's\n..., sir "),
        (0b00010, " ...\nnot ... "),
        (0b01000, " ..., ... "),
        (0b00000, " ... "),
    ],
    ids=["none", "one", "neighbours", "all but one", "all but another", "all"],
)
def test_leave_out_puts_one_ellipsis_for_each_run_of_words(kept: int, rest: str) -> None:
    text = " It's\nnot 👍🏽, sir "

    assert leave_out(text, find_words(text), kept) == rest


@given(st.text())
def test_leave_out_of_nothing_is_the_text(text: str) -> None:
    words = find_words(text)

    assert leave_out(text, words, (1 << len(words)) - 1) == text
