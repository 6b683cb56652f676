"""The contract for bad input: what is sent, and the status, field and rule that come back."""

import dataclasses
import json
from collections.abc import Mapping

from tests.windvane.api.clients import JSON_TYPE
from windvane.settings import Settings

SENTINEL = "xyzzy-private"
"""Stands in what is sent, and never in what comes back."""

A_STRING = "a string"
AN_OBJECT = "a JSON object"
BLANK = "not blank"
JSON_RULE = "valid JSON"
LONE = "valid Unicode, without lone surrogates"
TOO_LARGE = "at most 6291456 bytes"
UTF8 = "JSON in UTF-8"


@dataclasses.dataclass(frozen=True)
class BadRequest:
    """One bad request and its answer."""

    name: str
    status: int
    field: str
    rule: str
    body: bytes | None = None
    path: str = "/sentiment"
    method: str = "POST"
    headers: Mapping[str, str] = dataclasses.field(default_factory=lambda: JSON_TYPE)


def _text(value: object) -> bytes:
    return json.dumps({"text": value}).encode()


def _texts(value: object) -> bytes:
    return json.dumps({"texts": value}).encode()


BAD_BODIES = [
    BadRequest("empty", 400, "body", JSON_RULE, b""),
    BadRequest("none", 400, "body", JSON_RULE, None),
    BadRequest("cut-short", 400, "body", JSON_RULE, f'{{"text": "{SENTINEL}'.encode()),
    BadRequest("not-json", 400, "body", JSON_RULE, SENTINEL.encode()),
    BadRequest("two-values", 400, "body", JSON_RULE, f'{{}} "{SENTINEL}"'.encode()),
    BadRequest("bad-escape", 400, "body", JSON_RULE, f'{{"text": "{SENTINEL}\\q"}}'.encode()),
    BadRequest("raw-newline", 400, "body", JSON_RULE, f'{{"text": "{SENTINEL}\n"}}'.encode()),
    BadRequest("nan", 400, "body", "valid JSON, which has no NaN or Infinity", b'{"text": NaN}'),
    BadRequest(
        "named-twice",
        400,
        "body",
        "each field named once",
        f'{{"text": "{SENTINEL}", "text": "good"}}'.encode(),
    ),
    BadRequest("nested-deeply", 400, "body", "JSON that is nested less deeply", b"[" * 100_000),
    BadRequest(
        "long-integer", 400, "body", "JSON with shorter numbers", b'{"text": %s}' % (b"1" * 5000)
    ),
    BadRequest("not-utf8", 400, "body", UTF8, b'{"text": "' + SENTINEL.encode() + b'\xff"}'),
    BadRequest("utf16", 400, "body", UTF8, f'{{"text": "{SENTINEL}"}}'.encode("utf-16")),
    BadRequest("ten-megabytes", 413, "body", TOO_LARGE, _text(SENTINEL * 800_000)),
    BadRequest("null", 422, "body", AN_OBJECT, b"null"),
    BadRequest("list", 422, "body", AN_OBJECT, json.dumps([SENTINEL]).encode()),
    BadRequest("string", 422, "body", AN_OBJECT, json.dumps(SENTINEL).encode()),
    BadRequest("number", 422, "body", AN_OBJECT, b"3"),
]
BAD_TEXTS = [
    BadRequest("text-missing", 422, "text", "required", b"{}"),
    BadRequest("text-empty", 422, "text", BLANK, _text("")),
    BadRequest("text-blank", 422, "text", BLANK, _text(" \t\r\n\u2003")),
    BadRequest("text-only-nul", 422, "text", BLANK, _text("\0\x01")),
    BadRequest("text-only-invisible", 422, "text", BLANK, _text("\u200b\u202e\ufeff")),
    BadRequest("text-null", 422, "text", A_STRING, _text(None)),
    BadRequest("text-number", 422, "text", A_STRING, _text(3)),
    BadRequest("text-true", 422, "text", A_STRING, _text(True)),
    BadRequest("text-list", 422, "text", A_STRING, _text([SENTINEL])),
    BadRequest("text-object", 422, "text", A_STRING, _text({SENTINEL: SENTINEL})),
    BadRequest("text-too-long", 422, "text", "at most 10000 characters", _text(SENTINEL * 1000)),
    BadRequest("text-lone-surrogate", 422, "text", LONE, _text(f"{SENTINEL}\ud83d")),
    BadRequest(
        "unknown-field",
        422,
        "body",
        "no unknown fields (allowed: text, min_score, subject)",
        json.dumps({"text": "good", SENTINEL: SENTINEL}).encode(),
    ),
    BadRequest(
        "unknown-field-surrogate",
        422,
        "body",
        "no unknown fields (allowed: text, min_score, subject)",
        json.dumps({"text": "good", "\ud800": SENTINEL}).encode(),
    ),
]
BAD_LISTS = [
    BadRequest("texts-missing", 422, "texts", "required", b"{}", "/v1/classify"),
    BadRequest("texts-string", 422, "texts", "a list", _texts(SENTINEL), "/v1/classify"),
    BadRequest("texts-null", 422, "texts", "a list", _texts(None), "/v1/classify"),
    BadRequest("texts-empty", 422, "texts", "at least 1 text", _texts([]), "/v1/classify"),
    BadRequest(
        "texts-ten-thousand",
        422,
        "texts",
        f"at most {Settings.max_batch_texts} texts",
        _texts([SENTINEL] * 10_000),
        "/v1/classify",
    ),
    BadRequest(
        "texts-long-in-all",
        422,
        "texts",
        f"at most {Settings.max_batch_chars} characters in all",
        _texts([SENTINEL * 100] * 100),
        "/v1/classify",
    ),
    BadRequest(
        "texts-unknown-field",
        422,
        "body",
        "no unknown fields (allowed: texts, min_score, subject)",
        json.dumps({"texts": ["good"], SENTINEL: 1}).encode(),
        "/v1/classify",
    ),
    BadRequest("texts-cut-short", 400, "body", JSON_RULE, b'{"texts": [', "/v1/classify"),
    BadRequest(
        "texts-ten-megabytes", 413, "body", TOO_LARGE, _texts([SENTINEL] * 700_000), "/v1/classify"
    ),
]
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BAD_HEADERS = [
    BadRequest("no-content-type", 415, "content-type", "application/json", _text("a"), headers={}),
    BadRequest("form", 415, "content-type", "application/json", _text("a"), headers=_FORM),
    BadRequest(
        "plain-text",
        415,
        "content-type",
        "application/json",
        SENTINEL.encode(),
        "/v1/classify",
        headers={"Content-Type": f"text/plain; note={SENTINEL}"},
    ),
]
_POST = "one of POST, OPTIONS"
_GET = "one of GET, HEAD, OPTIONS"
BAD_ROUTES = [
    BadRequest("get-sentiment", 405, "method", _POST, method="GET"),
    BadRequest("put-classify", 405, "method", _POST, b"{}", "/v1/classify", "PUT"),
    BadRequest("head-sentiment", 405, "method", _POST, method="HEAD"),
    BadRequest("post-health", 405, "method", _GET, _text(SENTINEL), "/health"),
    BadRequest("delete-docs", 405, "method", _GET, path="/docs/", method="DELETE"),
    BadRequest("patch-model", 405, "method", _GET, b"{}", "/v1/model", "PATCH"),
    BadRequest("unknown", 404, "path", "one of those in /openapi.json", path=f"/{SENTINEL}"),
    BadRequest(
        "unknown-file",
        404,
        "path",
        "one of those in /openapi.json",
        path="/console/none.js",
        method="GET",
    ),
    BadRequest(
        "options-unknown",
        404,
        "path",
        "one of those in /openapi.json",
        path="/a/b",
        method="OPTIONS",
    ),
    BadRequest(
        "beyond-route", 404, "path", "one of those in /openapi.json", _text("a"), "/sentiment/a"
    ),
]
BAD_REQUESTS = [*BAD_BODIES, *BAD_TEXTS, *BAD_LISTS, *BAD_HEADERS, *BAD_ROUTES]
