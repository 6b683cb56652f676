"""The texts and the requests that are measured."""

import json
from typing import Any, NamedTuple

from benchmarks.texts import SHORT_TEXTS, read_sentences
from tests.windvane.api.events import build_rest_event

TEXTS_OF_A_LENGTH = 8
REVIEW_WORDS = 90
LONG_WORDS = 600
TITLES = {"tweet": "tweets", "review": "reviews", "long": "long texts"}
HEADERS = {
    "Content-Type": "application/json",
    "X-Api-Key": "0123456789abcdef0123456789abcdef01234567",
}


class Case(NamedTuple):
    """One kind of request: a length of texts, and their number."""

    length: str
    texts: int

    @property
    def title(self) -> str:
        """Name in the tables."""
        return f"{TITLES[self.length]}, {self.texts} a request"


MEMORIES_MB = (512, 1024, 1769, 3008)
CASES = (
    Case("tweet", 1),
    Case("tweet", 25),
    Case("tweet", 100),
    Case("review", 1),
    Case("review", 25),
    Case("review", 100),
    Case("long", 1),
    Case("long", 25),
)
"""A hundred long texts are left out: with little memory they outlast the gateway's 29 s."""
ONE_TWEET = Case("tweet", 1)
BATCH_OF_TWEETS = Case("tweet", 25)


def build_texts(length: str) -> list[str]:
    """Build texts of a length: about 20, 120 or 700 tokens."""
    if length == "tweet":
        return list(SHORT_TEXTS)
    words = {"review": REVIEW_WORDS, "long": LONG_WORDS}[length]
    return [_join_sentences(words, first=7 * i) for i in range(TEXTS_OF_A_LENGTH)]


def choose_texts(case: Case) -> list[str]:
    """Choose the texts of one request, round-robin."""
    texts = build_texts(case.length)
    return [texts[i % len(texts)] for i in range(case.texts)]


def build_event(case: Case) -> dict[str, Any]:
    """Build the event of API Gateway's REST API for one request."""
    texts = choose_texts(case)
    if case.texts == 1:
        return _build_post("/sentiment", {"text": texts[0]})
    return _build_post("/v1/classify", {"texts": texts})


def _build_post(path: str, body: dict[str, Any]) -> dict[str, Any]:
    return build_rest_event("POST", path, json.dumps(body).encode(), HEADERS)


def _join_sentences(words: int, *, first: int) -> str:
    """Join sentences, from the one numbered ``first`` on, until they have ``words`` words."""
    sentences = read_sentences()
    chosen: list[str] = []
    while sum(len(sentence.split()) for sentence in chosen) < words:
        chosen.append(sentences[(first + len(chosen)) % len(sentences)])
    return " ".join(chosen)
