"""The texts and the requests that are measured."""

import json
from typing import Any, NamedTuple

from benchmarks.texts import SHORT_TEXTS, read_sentences

TEXTS_OF_A_LENGTH = 8
REVIEW_WORDS = 90
LONG_WORDS = 600


class Case(NamedTuple):
    """Requests of one kind: texts of a length, so many in each."""

    length: str
    texts: int


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


def build_texts(length: str) -> list[str]:
    """Build texts of a length: about 20, 120 or 700 tokens."""
    if length == "tweet":
        return list(SHORT_TEXTS)
    words = {"review": REVIEW_WORDS, "long": LONG_WORDS}[length]
    return [_join_sentences(words, first=7 * i) for i in range(TEXTS_OF_A_LENGTH)]


def choose_texts(case: Case) -> list[str]:
    """Choose the texts of one request, in turn."""
    texts = build_texts(case.length)
    return [texts[i % len(texts)] for i in range(case.texts)]


def build_event(case: Case) -> dict[str, Any]:
    """Build the event of API Gateway's REST API for one request."""
    chosen = choose_texts(case)
    path = "/sentiment" if case.texts == 1 else "/v1/classify"
    body = {"text": chosen[0]} if case.texts == 1 else {"texts": chosen}
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "Host": "abc123.execute-api.us-east-1.amazonaws.com",
        "User-Agent": "curl/8.5.0",
        "X-Amzn-Trace-Id": "Root=1-66f2a7c0-0123456789abcdef01234567",
        "X-Api-Key": "0123456789abcdef0123456789abcdef01234567",
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.strip("/")},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": "/{proxy+}",
            "httpMethod": "POST",
            "path": f"/prod{path}",
            "accountId": "123456789012",
            "stage": "prod",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"sourceIp": "192.0.2.1", "userAgent": "curl/8.5.0"},
            "apiId": "abc123",
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def _join_sentences(words: int, *, first: int) -> str:
    """Join sentences, from the one numbered ``first`` on, until there are so many words."""
    sentences = read_sentences()
    chosen: list[str] = []
    while sum(len(sentence.split()) for sentence in chosen) < words:
        chosen.append(sentences[(first + len(chosen)) % len(sentences)])
    return " ".join(chosen)
