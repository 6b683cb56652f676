"""Requests and answers shown in the OpenAPI document."""

from typing import Any

from windvane.api.problems import (
    BodyTimeoutError,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
    KeyInUseError,
    KeyReusedError,
    LogUnavailableError,
    MalformedBodyError,
    MalformedRequestError,
    ModelNotReadyError,
    OverloadedError,
    ProblemError,
    ResultNotFoundError,
)

MODEL = {"name": "sentiment-minilm", "version": "3f9c0d5e81a2"}
MODEL_ID = f"{MODEL['name']}@{MODEL['version']}"
RESULT_ID = "019aadd3-5a4f-7c1e-9d02-6b1f0a7c5e48"
SCORES = {"negative": 0.008, "neutral": 0.012, "positive": 0.98}

SENTIMENT_REQUEST: dict[str, Any] = {"text": "I love it"}
SENTIMENT_ANSWER: dict[str, Any] = {
    "sentiment": "positive",
    "score": 0.98,
    "scores": SCORES,
    "model": MODEL_ID,
    "result_id": RESULT_ID,
    "logged": True,
}
CLASSIFY_REQUEST: dict[str, Any] = {"texts": ["I love it", ""]}
CLASSIFY_ANSWER: dict[str, Any] = {
    "model": MODEL,
    "results": [
        {
            "label": "positive",
            "score": 0.98,
            "scores": SCORES,
            "tokens": 5,
            "windows": 1,
            "result_id": RESULT_ID,
            "logged": True,
        },
        {"error": {"field": "texts[1]", "rule": "not blank"}},
    ],
}
RESULT_ANSWER: dict[str, Any] = {
    "result_id": RESULT_ID,
    "created_at": "2026-11-22T21:50:10.255Z",
    "label": "positive",
    "score": 0.98,
    "scores": SCORES,
    "tokens": 5,
    "chars": 9,
    "model": MODEL_ID,
    "route": "/sentiment",
    "expires_at": 1_798_062_610,
}
MODEL_ANSWER: dict[str, Any] = {
    **MODEL,
    "labels": list(SCORES),
    "max_tokens": 256,
    "quantization": "int8",
    "source": {"licence": "apache-2.0"},
    "evaluation": {},
    "limits": {
        "max_text_chars": 10_000,
        "max_batch_texts": 100,
        "max_batch_chars": 100_000,
        "max_body_bytes": 6_291_456,
    },
}
HEALTH_ANSWER: dict[str, Any] = {"status": "ok", "model": MODEL_ID}

ERRORS: dict[type[ProblemError], ProblemError] = {
    MalformedBodyError: MalformedBodyError("body", "valid JSON"),
    MalformedRequestError: MalformedRequestError("query", "UTF-8"),
    BodyTimeoutError: BodyTimeoutError("body", "sent within 20 seconds"),
    BodyTooLargeError: BodyTooLargeError("body", "at most 6291456 bytes"),
    ContentTypeError: ContentTypeError("content-type", "application/json"),
    FieldRuleError: FieldRuleError("text", "not blank"),
    KeyInUseError: KeyInUseError(),
    KeyReusedError: KeyReusedError(),
    OverloadedError: OverloadedError(),
    ModelNotReadyError: ModelNotReadyError(),
    LogUnavailableError: LogUnavailableError(),
    ResultNotFoundError: ResultNotFoundError(),
}
