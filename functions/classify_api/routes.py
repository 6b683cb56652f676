"""The routes, the same in AWS Lambda and on a laptop."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Protocol

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from functions.classify_api.problems import (
    FieldRuleError,
    MethodNotAllowedError,
    ProblemError,
    RouteNotFoundError,
    to_response,
)
from functions.classify_api.request_body import MAX_BODY_BYTES, read_json
from functions.classify_api.request_rules import check_text_field, check_texts, to_request
from functions.classify_api.schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    HealthAnswer,
    Limits,
    ModelAnswer,
    ModelName,
    SentimentRequest,
    TextRefusal,
    model_id,
    to_sentiment_answer,
    to_text_result,
)
from functions.inference.manifest import Manifest
from functions.inference.predictions import Prediction
from functions.settings import Settings

Answer = Callable[[BaseProxyEvent], Response[str]]
Handler = Callable[[], Any]
"""What a resolver calls: a function, or for the local server a coroutine function."""


class TextClassifier(Protocol):
    """What the routes need of a classifier."""

    @property
    def manifest(self) -> Manifest:
        """The manifest of its bundle."""
        ...

    def classify(self, texts: Sequence[str]) -> list[Prediction]:
        """Answer one prediction per text, in order."""
        ...


class ClassifyApi:
    """Answers each route."""

    def __init__(self, get_classifier: Callable[[], TextClassifier], settings: Settings) -> None:
        """Keep what the answers need.

        Args:
            get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
            settings: The limits.
        """
        self._get_classifier = get_classifier
        self._settings = settings

    @property
    def routes(self) -> dict[str, tuple[str, Answer]]:
        """Method and answer of each path."""
        return {
            "/sentiment": ("POST", self.sentiment),
            "/v1/classify": ("POST", self.classify),
            "/v1/model": ("GET", self.model),
            "/health": ("GET", self.health),
            "/openapi.json": ("GET", self.openapi),
            "/docs": ("GET", self.docs),
        }

    def sentiment(self, event: BaseProxyEvent) -> Response[str]:
        """Classify one text."""
        request = to_request(read_json(event), SentimentRequest)
        text = check_text_field(request.text, "text", self._settings.max_text_chars)
        classifier = self._get_classifier()
        (prediction,) = classifier.classify([text])
        return _ok(to_sentiment_answer(prediction, classifier.manifest))

    def classify(self, event: BaseProxyEvent) -> Response[str]:
        """Classify several texts; one that breaks a rule does not spoil the others."""
        request = to_request(read_json(event), ClassifyRequest)
        check_texts(request.texts, self._settings.max_batch_texts)
        checked = [self._check(text, f"texts[{i}]") for i, text in enumerate(request.texts)]
        classifier = self._get_classifier()
        texts = [text for text in checked if isinstance(text, str)]
        predictions = iter(classifier.classify(texts))
        name = ModelName(classifier.manifest.name, classifier.manifest.version)
        results = [
            to_text_result(next(predictions)) if isinstance(text, str) else text for text in checked
        ]
        return _ok(ClassifyAnswer(name, results))

    def model(self, _: BaseProxyEvent) -> Response[str]:
        """Say what answers, and its limits."""
        manifest = self._get_classifier().manifest
        limits = Limits(
            self._settings.max_text_chars, self._settings.max_batch_texts, MAX_BODY_BYTES
        )
        answer = ModelAnswer(
            name=manifest.name,
            version=manifest.version,
            labels=list(manifest.labels),
            max_tokens=manifest.max_tokens,
            quantization=manifest.quantization,
            source=manifest.source,
            evaluation=manifest.evaluation,
            limits=limits,
        )
        return _ok(answer)

    def health(self, _: BaseProxyEvent) -> Response[str]:
        """Say that the model can answer."""
        return _ok(HealthAnswer("ok", model_id(self._get_classifier().manifest)))

    def openapi(self, _: BaseProxyEvent) -> Response[str]:
        """Answer the contract, built when first asked for."""
        from functions.classify_api.openapi import get_openapi_json

        return Response(HTTPStatus.OK, "application/json", get_openapi_json(self._settings))

    def docs(self, _: BaseProxyEvent) -> Response[str]:
        """Answer the Swagger page, read when first asked for."""
        from functions.classify_api.docs_page import get_docs_page

        return Response(HTTPStatus.OK, "text/html; charset=utf-8", get_docs_page())

    def _check(self, text: object, field: str) -> str | TextRefusal:
        try:
            return check_text_field(text, field, self._settings.max_text_chars)
        except FieldRuleError as error:
            return TextRefusal(error.error)


def run_here(handler: Handler) -> Handler:
    """Let a handler run where it is called."""
    return handler


def build_routes(api: ClassifyApi, run_classify: Callable[[Handler], Handler] = run_here) -> Router:
    """Build the routes for a resolver to include.

    Args:
        api: What answers.
        run_classify: Wraps the handlers that run the model, such as to run them in a thread.
    """
    router = Router()  # type: ignore[no-untyped-call] # powertools' own
    for path, (method, answer) in api.routes.items():
        handler = _build_handler(router, answer)
        if method == "POST":
            router.route(path, method)(run_classify(handler))
        else:
            router.route(path, [method, "HEAD"])(handler)
    router.exception_handler(ProblemError)(to_response)
    allowed = {path: _allow(method) for path, (method, _) in api.routes.items()}
    router.exception_handler(NotFoundError)(lambda _: _answer_unrouted(router, allowed))
    return router


def _build_handler(router: Router, answer: Answer) -> Handler:
    def handler() -> Response[str]:
        response = answer(router.current_event)
        if router.current_event.http_method.upper() == "HEAD":
            response.body = ""
        return response

    return handler


def _allow(method: str) -> str:
    return "POST, OPTIONS" if method == "POST" else "GET, HEAD, OPTIONS"


def _answer_unrouted(router: Router, allowed: dict[str, str]) -> Response[str]:
    path = router.context["_path"].rstrip("/")
    if path not in allowed:
        raise RouteNotFoundError("path", "one of those in /openapi.json")
    headers = {"Allow": allowed[path]}
    if router.current_event.http_method.upper() == "OPTIONS":
        return Response(HTTPStatus.NO_CONTENT, body="", headers=headers)
    raise MethodNotAllowedError("method", f"one of {allowed[path]}", headers=headers)


def _ok(answer: msgspec.Struct) -> Response[str]:
    return Response(HTTPStatus.OK, "application/json", msgspec.json.encode(answer).decode())
