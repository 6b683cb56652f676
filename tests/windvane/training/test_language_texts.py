"""Texts varied for the fit of a language test."""

from windvane.training.language_texts import TextVariation

OWN = ["one two three four five six seven eight nine ten"]
OTHER = ["eins zwei drei vier"]


def test_vary_replaces_handles_links_and_hashtags() -> None:
    variation = TextVariation(OWN, OTHER, seed=1)

    varied = [variation.vary("@somebody RT see https://t.co/abc #fun word") for _ in range(200)]

    words = {word for text in varied for word in text.split()}
    assert not words & {"@somebody", "https://t.co/abc", "#fun"}
    assert {"see", "word", "@user"} <= words


def test_vary_cuts_and_keeps_the_order() -> None:
    variation = TextVariation(OWN, OTHER, seed=1)
    order = OWN[0].split()

    kept = [[word for word in variation.vary(OWN[0]).split() if word in order] for _ in range(200)]

    assert all(words == sorted(words, key=order.index) for words in kept)
    assert {len(words) for words in kept} >= {3, len(order)}


def test_vary_makes_hashtags_of_both_kinds_of_texts() -> None:
    variation = TextVariation(OWN, OTHER, seed=1)

    added = " ".join(variation.vary("x y z") for _ in range(500)).casefold()

    assert "#one" in added
    assert "#eins" in added
