"""The reference profile: how held-out texts, and the model's answers to them, are distributed."""

from itertools import pairwise
from typing import Annotated

import msgspec

MOST_BINS = 64
MOST_CATEGORIES = 1000
MOST_SOURCES = 100
LONGEST_NAME_CHARS = 255

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Counts = Annotated[dict[str, Count], msgspec.Meta(min_length=1, max_length=MOST_CATEGORIES)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME_CHARS)]
Edges = Annotated[tuple[float, ...], msgspec.Meta(max_length=MOST_BINS - 1)]
BinCounts = Annotated[tuple[Count, ...], msgspec.Meta(min_length=1, max_length=MOST_BINS)]


class Histogram(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of values by bin.

    Attributes:
        edges: Highest value of each bin except the last, in ascending order.
        counts: Texts in each bin.
        mean: Mean of the values.
    """

    edges: Edges
    counts: BinCounts
    mean: float

    def __post_init__(self) -> None:
        """Refuse edges that do not delimit the bins.

        Raises:
            ValueError: There is not one edge between two bins, or they do not ascend.
        """
        if len(self.counts) != len(self.edges) + 1:
            raise ValueError("a histogram has one edge less than bins")
        if not all(low < high for low, high in pairwise(self.edges)):
            raise ValueError("the edges of a histogram do not ascend")


class ProfileSource(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose texts are in the profile.

    Attributes:
        file: Its name.
        sha256: Hash of the whole file, hexadecimal.
        texts: Number of its texts in the profile.
        part: Which of its texts, such as ``1/2`` for every second from the first; None for all.
    """

    file: Name
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    texts: Count
    part: Annotated[str, msgspec.Meta(pattern=r"^\d{1,4}/\d{1,4}$")] | None = None


class ReferenceProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What records are compared with.

    The profile is metadata like the evaluation: it does not change a prediction, and is not part of
    the bundle's version.

    Attributes:
        texts: Number of held-out texts.
        labels: Texts by the label that the model gave them.
        score: Probability of that label.
        tokens: Tokens of a text.
        chars_per_token: Characters of a text by its tokens, which falls where the vocabulary does
            not fit the language.
        unknown_share: Share of the tokens that the vocabulary lacks.
        most_frequent: Texts with the most frequent combination of label, score and length; more
            than one if texts repeat.
        sources: Where the texts come from.
        languages: Texts by language: the model's tag, ``other``, or ``undecided``; None if the
            bundle cannot tell.
    """

    texts: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    labels: Counts
    score: Histogram
    tokens: Histogram
    chars_per_token: Histogram
    unknown_share: Histogram
    most_frequent: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    sources: Annotated[tuple[ProfileSource, ...], msgspec.Meta(max_length=MOST_SOURCES)]
    languages: Counts | None = None

    def __post_init__(self) -> None:
        """Refuse counts that are not of the profile's texts.

        Raises:
            ValueError: The counts of a feature do not add up to the texts, or the most frequent
                combination has more texts than there are.
        """
        counts = {
            "labels": self.labels.values(),
            "score": self.score.counts,
            "tokens": self.tokens.counts,
            "chars_per_token": self.chars_per_token.counts,
            "unknown_share": self.unknown_share.counts,
            "languages": (self.languages or {"": self.texts}).values(),
        }
        for name, values in counts.items():
            if sum(values) != self.texts:
                raise ValueError(f"the counts of {name} do not add up to texts")
        if self.most_frequent > self.texts:
            raise ValueError("most_frequent is more than texts")
