"""The rows that are measured and simulated."""

import json
from dataclasses import dataclass

from benchmarks.cost.workload import build_texts

SHORT_WORDS = ("ok", "good", "bad", "fine", "great", "no", "meh", "slow")


@dataclass(frozen=True)
class RowKind:
    """A kind of rows.

    Attributes:
        title: Name in the tables.
        texts: The texts, which repeat.
    """

    title: str
    texts: tuple[str, ...]

    def to_jsonl(self) -> list[bytes]:
        """Build the lines of JSON Lines."""
        return [json.dumps({"text": text}).encode() + b"\n" for text in self.texts]

    def to_csv(self) -> list[bytes]:
        """Build the lines of CSV, each text quoted, without a header."""
        return [f'{number},"{text}"\n'.encode() for number, text in enumerate(self.texts)]

    def to_text(self) -> list[bytes]:
        """Build lines of text."""
        return [text.encode() + b"\n" for text in self.texts]

    @property
    def row_bytes(self) -> float:
        """Mean size of a line of JSON Lines."""
        lines = self.to_jsonl()
        return sum(map(len, lines)) / len(lines)

    @property
    def text_chars(self) -> float:
        """Mean length of a text."""
        return sum(map(len, self.texts)) / len(self.texts)


TWEETS = RowKind("tweets", tuple(build_texts("tweet")))
REVIEWS = RowKind("reviews", tuple(build_texts("review")))
WORDS = RowKind("single words", SHORT_WORDS)
KINDS = (TWEETS, REVIEWS, WORDS)
