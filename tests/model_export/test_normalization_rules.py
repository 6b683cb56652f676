"""Rules that rewrite texts around a tokenizer's own normalizer."""

import html
import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models
from tokenizers.normalizers import BertNormalizer, Normalizer

from model_export.normalizations import NORMALIZATIONS
from model_export.text_normalization import build_rules, normalize_tokenizer

SOCIAL = NORMALIZATIONS["social"].rules
SECONDS_PER_CHAR = 2e-5
"""Several times of what the slowest text takes; a quadratic rule takes hundreds of times it."""


@cache
def build_normalizer(*rules: str) -> Normalizer:
    """Build a normalizer of BERT's that has the rules."""
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = BertNormalizer()
    normalize_tokenizer(tokenizer, rules)
    return tokenizer.normalizer


def rewrite(text: str, *rules: str) -> str:
    return str(build_rules(rules).normalize_str(text))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@Bob's RT @me: hi .@x_y", "@user's RT @user: hi .@user"),
        ("a@b.com @4pm meet @ noon x@be424f7 @user", "a@b.com @4pm meet @ noon x@be424f7 @user"),
    ],
    ids=["names", "no names"],
)
def test_mentions_masks_names_of_users(text: str, masked: str) -> None:
    assert rewrite(text, "mentions") == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("see (https://x.com/a?b=1).", "see (http)."),
        ("[a](HTTP://b.c/d) t.co http://t.co/1…", "[a](http) t.co http…"),
        ("WWW.foo.de/x, www. http http://", "http, www. http http://"),
        ('<a href="http://x.y/z">', '<a href="http">'),
        ("Ewww...disgusting, awww.cute www.", "Ewww...disgusting, awww.cute www."),
        ("http://x.com/a,terrible (https://x.com)—awful", "http,terrible (http)—awful"),
        ("[docs](https://a.b)but http://x.y/1,2", "[docs](http)but http"),
    ],
    ids=["punctuation", "markdown", "www", "attribute", "no address", "words behind", "brackets"],
)
def test_links_masks_addresses(text: str, masked: str) -> None:
    assert rewrite(text, "links") == masked


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("<p>Bad</p><BR />too", " Bad  too"),
        ('see <a href="x" class=y>this</a>', "see  this "),
        ("I <3 List<T> and <-- if a <b and c", "I <3 List<T> and <-- if a <b and c"),
        (
            "<I hate it> <a very bad film> a <b and c> d",
            "<I hate it> <a very bad film> a <b and c> d",
        ),
    ],
    ids=["tags", "attributes", "no tags", "words"],
)
def test_tags_removes_what_formats_a_text(text: str, plain: str) -> None:
    assert rewrite(text, "tags") == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("R&amp;D &lt;3 &#x27;hi&#39; &quot;x&#34;", "R&D <3 'hi' \"x\""),
        ("don&#8217;t&hellip; a&nbsp;b&#160;c &mdash; &ldquo;d&rdquo;", 'don\'t... a b c - "d"'),
        ("&amp;lt;3 &amp;amp;", "<3 &amp;"),
        ("AT&T &unknown; &# &amp", "AT&T &unknown; &# &amp"),
    ],
    ids=["named", "typographic", "escaped twice", "no entities"],
)
def test_entities_decodes_punctuation_and_blanks(text: str, plain: str) -> None:
    assert rewrite(text, "entities") == plain


@given(text=st.text("ab &<>\"'"))
def test_entities_undoes_the_escaping_of_html(text: str) -> None:
    assert rewrite(html.escape(text), "entities") == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\u200bvery\u200bbad\u200bfilm", "a very bad film"),
        ("bad\u2800film", "bad film"),
        ("b\u200ba\u200bd film", "bad film"),
        ("was\u200ba\u200bbad film", "was a bad film"),
        ("\N{WOMAN}\u200d\N{PERSONAL COMPUTER}", "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}"),
    ],
    ids=["blank", "braille", "spelled", "one letter", "emoji"],
)
def test_blanks_parts_words(text: str, plain: str) -> None:
    assert rewrite(text, "blanks") == plain


@pytest.mark.parametrize("text", ["a ter\u200brible film", "\u200bterrible \u200bfilm\u200b"])
def test_blanks_leaves_a_single_zero_width_space_to_the_normalizer_that_drops_it(text: str) -> None:
    read = build_normalizer("blanks").normalize_str(text)

    assert read.split() == BertNormalizer().normalize_str(text.replace("\u200b", "")).split()


@pytest.mark.parametrize(
    "text",
    ["\uff42\uff41\uff44", "\U0001d41b\U0001d41a\U0001d41d", "\u24d1\u24d0\u24d3"],
    ids=["full-width", "bold", "circled"],
)
def test_compatible_characters_are_read_as_letters(text: str) -> None:
    assert rewrite(text, "compatible characters") == "bad"


@pytest.mark.parametrize(
    ("text", "read"),
    [("4½ stars, ¾", "4 1/2 stars,  3/4"), ("don\N{ACUTE ACCENT}t", "don't"), ("no…", "no...")],
    ids=["fractions", "accent", "ellipsis"],
)
def test_compatible_characters_keep_numbers_and_words_apart(text: str, read: str) -> None:
    assert rewrite(text, "compatible characters") == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("b\u0430d", "bad"),
        ("\u0422errible", "terrible"),
        ("w\u043e\u0433st", "wo\u0433st"),
        ("p\u03bf\u03bfr", "poor"),
        ("\u0430\u0441\u0441ept", "accept"),
        ("\u0441\u043e\u0440 \u0430 bad", "\u0441\u043e\u0440 \u0430 bad"),
        ("\u043d\u0435\u0442, \u0432 iPhone", "\u043d\u0435\u0442, \u0432 iphone"),
    ],
    ids=["middle", "first", "no look-alike", "greek", "run", "own words", "russian"],
)
def test_look_alikes_are_read_as_latin_within_a_latin_word(text: str, read: str) -> None:
    assert build_normalizer("look-alikes").normalize_str(text) == read


@given(text=st.text(st.characters(min_codepoint=0x370, max_codepoint=0x52F)))
def test_look_alikes_leave_greek_and_cyrillic(text: str) -> None:
    assert build_normalizer("look-alikes").normalize_str(text) == BertNormalizer().normalize_str(
        text
    )


@given(text=st.text(st.characters(max_codepoint=0x7F)))
def test_social_leaves_ascii_that_no_rule_is_about(text: str) -> None:
    plain = "".join(character for character in text if character not in "@&<:").replace("www.", "")

    assert build_normalizer(*SOCIAL).normalize_str(plain) == BertNormalizer().normalize_str(plain)


@given(text=st.text())
def test_social_takes_any_text(text: str) -> None:
    assert isinstance(build_normalizer(*SOCIAL).normalize_str(text), str)


WORST = (
    "@a", "@", "http://", "http://.", "www.", "www.;", "h", "http://a.", "<a ", "<", "<a", "</a ",
    "<p x=", "&amp;", "&#0", "&#", "&", "&amp", "\u200b", "a\u200b", "\u0430", "a\u0430", "\u0430b",
    "\u0430 ", "\u03b1\u0430", "\ufdfa", "\uff41", "e\u0301", "\u0301", "\u2800", ". ", "a",
)  # fmt: skip


@pytest.mark.parametrize("piece", WORST, ids=ascii)
def test_social_takes_time_that_grows_with_the_length(piece: str) -> None:
    chars = 20_000
    text = (piece * chars)[:chars]
    normalizer = build_normalizer(*SOCIAL)

    started = time.thread_time()
    normalizer.normalize_str(text)

    assert time.thread_time() - started < chars * SECONDS_PER_CHAR
