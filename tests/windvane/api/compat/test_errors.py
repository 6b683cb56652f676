"""Every error on the paths of other services' clients is in those services' form."""

import json
from typing import Any

import pytest

from tests.windvane.api.fake_classifier import FakeClassifier
from windvane.api.problems import (
    BodyTimeoutError,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
    MalformedBodyError,
    MalformedRequestError,
    MethodNotAllowedError,
    ModelNotReadyError,
    OverloadedError,
    ProblemError,
)
from windvane.api.routes import build_routes
from windvane.api.routing import RouteTable
from windvane.settings import Settings

TABLE = RouteTable(build_routes(FakeClassifier, Settings(bundle_uri="", threads=1)))
PLAIN = (
    BodyTimeoutError,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
    MalformedBodyError,
    MalformedRequestError,
    MethodNotAllowedError,
)
ERRORS = [*(kind("body", "a rule") for kind in PLAIN), ModelNotReadyError(), OverloadedError()]
IDS = [type(error).__name__ for error in ERRORS]


def _answer(path: str, error: ProblemError) -> tuple[int, dict[str, Any]]:
    response = TABLE.to_error_response(path, error)
    return response.status_code, json.loads(response.body or "")


@pytest.mark.parametrize("error", ERRORS, ids=IDS)
@pytest.mark.parametrize("path", ["/compat/huggingface", "/compat/huggingface/"])
def test_huggingfaces_error_is_a_sentence(path: str, error: ProblemError) -> None:
    status, body = _answer(path, error)

    assert status in {400, 405, 408, 413, 415, 503}
    assert list(body) == ["error"]


@pytest.mark.parametrize(
    ("error", "answered"),
    list(
        zip(
            ERRORS,
            [
                ("RequestTimeoutException", 408),
                ("RequestEntityTooLargeException", 413),
                ("InvalidRequestException", 400),
                ("InvalidRequestException", 400),
                ("SerializationException", 400),
                ("InvalidRequestException", 400),
                ("InvalidRequestException", 405),
                ("ServiceUnavailableException", 503),
                ("ThrottlingException", 400),
            ],
            strict=True,
        )
    ),
    ids=IDS,
)
@pytest.mark.parametrize("path", ["/compat/comprehend", "/compat/comprehend/"])
def test_comprehends_error_has_a_name(
    path: str, error: ProblemError, answered: tuple[str, int]
) -> None:
    status, body = _answer(path, error)

    assert (body["__type"], status) == answered
    assert set(body) == {"__type", "Message"}


@pytest.mark.parametrize(
    ("error", "answered"),
    list(
        zip(
            ERRORS,
            [
                ("Validation", 408),
                ("Validation", 413),
                ("Validation", 415),
                ("Validation", 422),
                ("Validation", 400),
                ("Validation", 400),
                ("Validation", 405),
                ("Unhealthy", 503),
                ("Overloaded", 429),
            ],
            strict=True,
        )
    ),
    ids=IDS,
)
@pytest.mark.parametrize("path", ["/predict", "/info"])
def test_text_embeddings_inferences_error_has_a_kind(
    path: str, error: ProblemError, answered: tuple[str, int]
) -> None:
    status, body = _answer(path, error)

    assert (body["error_type"], status) == answered
    assert set(body) == {"error", "error_type"}
