"""Normalizations that an export can add to a tokenizer, by name.

To add one, add it to `NORMALIZATIONS`: the export and the command's help read it there.
"""

from dataclasses import dataclass

BEFORE = ("compatible characters", "blanks", "tags", "entities", "links", "mentions")
"""Rules that precede the tokenizer's own normalizer, in their order."""
AFTER = ("look-alikes",)
"""Rules that follow it."""


@dataclass(frozen=True)
class Normalization:
    """A set of rules.

    Attributes:
        help: What it is for in one line, for the command's help.
        rules: Names in `BEFORE` and `AFTER`.
    """

    help: str
    rules: tuple[str, ...]


DEFAULT_NORMALIZATION = "none"
NORMALIZATIONS = {
    DEFAULT_NORMALIZATION: Normalization("the checkpoint's tokenizer as it is", ()),
    "social": Normalization(
        "for texts as people post them and scrapers find them: links and @names masked as http "
        "and @user, HTML removed, full-width, mathematical and look-alike letters read as Latin; "
        "for uncased checkpoints that learned masked texts",
        (*BEFORE, *AFTER),
    ),
}
