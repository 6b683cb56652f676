"""Parts of a text that the shipped tokenizer's rules replace."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.normalizers import Normalizer

from windvane.facts import DEFAULT_BUNDLE
from windvane.inference.bundle_files import TOKENIZER_FILE
from windvane.inference.replaced_parts import find_replaced_parts


@pytest.fixture(scope="module")
def normalizer() -> Normalizer:
    return Tokenizer.from_file(str(Path(DEFAULT_BUNDLE) / TOKENIZER_FILE)).normalizer


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("I love it, jane@example.org", []),
        ("@JaneDoe: (see\nhttps://example.org/x)", ["@JaneDoe", "https://example.org/x"]),
        (".@a,@b@c @d", ["@a", "@b", "@d"]),
        ("<b>so</b><br />good &amp; bad", ["<b>", "</b>", "<br />", "&amp;"]),
        ("cafe\u0301! ❤️École ❤️中国 \N{FULLWIDTH LATIN CAPITAL LETTER G}ood \N{NUMERO SIGN}1", []),
        ("", []),
    ],
    ids=["plain", "masked", "adjacent", "html", "letters", "empty"],
)
def test_find_replaced_parts_finds(normalizer: Normalizer, text: str, parts: list[str]) -> None:
    found = find_replaced_parts(normalizer, text)

    assert [text[start:end] for start, end in found] == parts


@given(st.text(st.characters(codec="utf-8")) | st.text("@a/w.<>&b; \u0301\ufe0f½中"))
def test_find_replaced_parts_are_in_order(normalizer: Normalizer, text: str) -> None:
    edges = [edge for part in find_replaced_parts(normalizer, text) for edge in part]

    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
