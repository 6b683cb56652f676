"""Rules that rewrite texts before a tokenizer's own normalizer."""

import pytest

from model_export.text_normalization import build_normalizer

SOCIAL = build_normalizer("social")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("@Bob's RT @me: hi .@x_y", "@user's RT @user: hi .@user"),
        ("see (https://x.com/a?b=1).", "see (http)."),
        ("[a](HTTP://b.c/d) t.co http://t.co/1…", "[a](http) t.co http…"),
        ("WWW.foo.de/x, www.", "http, www."),
    ],
    ids=["mentions", "punctuation", "markdown", "www"],
)
def test_social_masks_mentions_and_links(text: str, masked: str) -> None:
    assert SOCIAL.normalize_str(text) == masked


@pytest.mark.parametrize("text", ["a@b.com", "@4pm", "meet @ noon", "x@be424f7", "http", "@user"])
def test_social_keeps_what_is_no_mention_or_link(text: str) -> None:
    assert SOCIAL.normalize_str(text) == text
