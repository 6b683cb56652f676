"""Sentences whose label must not depend on the name or group in them, filled with each."""

import tomllib
from pathlib import Path

from windvane.inference.bundle_files import sha256_of
from windvane.rows.labelled_set import LabelledSet
from windvane.training.augmentation.identity_terms import read_identity_terms

_FILE = Path(__file__).with_name("carriers.toml")


def build_carrier_sentences() -> LabelledSet:
    """Fill each sentence of `carriers.toml` with every term of its form."""
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    rows = {
        fill_form(sentence, form, term): label
        for form, by_label in content.items()
        for label, sentences in by_label.items()
        for sentence in sentences
        for term in read_identity_terms()[form]
    }
    lines = range(1, len(rows) + 1)
    return LabelledSet(_FILE.name, sha256_of(_FILE), list(rows), list(rows.values()), lines)


def fill_form(sentence: str, form: str, term: str) -> str:
    """Fill a slot with a term; capitalize it at the beginning, and adapt the article before it."""
    filled = sentence.replace(f"{{{form}}}", term).replace(f"{{{form.title()}}}", term)
    filled = filled[:1].upper() + filled[1:] if sentence[:1] in "{" and " " in sentence else filled
    for article in ("A ", "An ", "a ", "an "):
        if f"{article}{{{form}}}" in sentence:
            correct = article[0] + ("n " if term[0].lower() in "aeio" else " ")
            filled = filled.replace(article + term, correct + term)
    return filled
