"""The routes, the same in AWS Lambda and on a laptop."""

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from functions.classify_api.answering import Answerer, Observe, TextClassifier
from functions.classify_api.problems import (
    FieldRuleError,
    LogUnavailableError,
    MethodNotAllowedError,
    ProblemError,
    ResultNotFoundError,
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
    to_sentiment_answer,
    to_text_results,
)
from functions.observability import logger
from functions.result_log.errors import ResultIdError, ResultLogUnavailableError
from functions.result_log.recorder import Recorder
from functions.settings import Settings

Answer = Callable[..., Response[str]]
"""Takes the event, and what the path holds by name."""

Handler = Callable[..., Any]
"""What a resolver calls: a function, or for the local server a coroutine function."""


class Route(msgspec.Struct, frozen=True):
    """One method of one path; ``<name>`` in the path is handed to the answer.

    ``is_slow`` is whether it runs the model or asks the result log.
    """

    method: str
    path: str
    answer: Answer
    is_slow: bool = False


class ClassifyApi:
    """Answers each route."""

    def __init__(
        self,
        get_classifier: Callable[[], TextClassifier],
        settings: Settings,
        recorder: Recorder | None = None,
        observe: Observe | None = None,
    ) -> None:
        """Keep what the answers need.

        Args:
            get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
            settings: The limits.
            recorder: Records the answers and looks them up.
            observe: Told of every request's answers.
        """
        self._get_classifier = get_classifier
        self._settings = settings
        self._recorder = recorder
        self._answerer = Answerer(get_classifier, recorder, observe)

    @property
    def routes(self) -> tuple[Route, ...]:
        """Every route."""
        return (
            Route("POST", "/sentiment", self.sentiment, is_slow=True),
            Route("POST", "/v1/classify", self.classify, is_slow=True),
            Route("GET", "/v1/results/<result_id>", self.result, is_slow=True),
            Route("GET", "/v1/model", self.model),
            Route("GET", "/health", self.health),
            Route("GET", "/openapi.json", self.openapi),
            Route("GET", "/docs", self.docs),
        )

    def sentiment(self, event: BaseProxyEvent) -> Response[str]:
        """Classify one text."""
        request = to_request(read_json(event), SentimentRequest)
        text = check_text_field(request.text, "text", self._settings.max_text_chars)
        return _ok(to_sentiment_answer(self._answerer.answer([text], route="/sentiment")))

    def classify(self, event: BaseProxyEvent) -> Response[str]:
        """Classify several texts; one that breaks a rule does not spoil the others."""
        request = to_request(read_json(event), ClassifyRequest)
        check_texts(
            request.texts,
            max_texts=self._settings.max_batch_texts,
            max_chars=self._settings.max_batch_chars,
        )
        checked = [self._check(text, f"texts[{i}]") for i, text in enumerate(request.texts)]
        texts = [text for text in checked if isinstance(text, str)]
        answered = self._answerer.answer(texts, route="/v1/classify")
        results = iter(to_text_results(answered))
        name = ModelName(answered.manifest.name, answered.manifest.version)
        in_order = [next(results) if isinstance(text, str) else text for text in checked]
        return _ok(ClassifyAnswer(name, in_order))

    def result(self, _: BaseProxyEvent, result_id: str) -> Response[str]:
        """Look up what was answered."""
        try:
            record = self._recorder.find(result_id) if self._recorder else None
        except ResultIdError as error:
            raise FieldRuleError("result_id", str(error)) from error
        except ResultLogUnavailableError as error:
            logger.error("result log unavailable", reason=str(error))
            raise LogUnavailableError from error
        if record is None:
            raise ResultNotFoundError
        return _ok(record)

    def model(self, _: BaseProxyEvent) -> Response[str]:
        """Say what answers, and its limits."""
        manifest = self._get_classifier().manifest
        limits = Limits(
            self._settings.max_text_chars,
            self._settings.max_batch_texts,
            self._settings.max_batch_chars,
            MAX_BODY_BYTES,
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
        return _ok(HealthAnswer("ok", self._get_classifier().manifest.model_id))

    def openapi(self, _: BaseProxyEvent) -> Response[str]:
        """Answer the contract, built when first asked for."""
        from functions.classify_api.openapi import get_openapi_json

        return Response(HTTPStatus.OK, "application/json", get_openapi_json(self._settings))

    def docs(self, _: BaseProxyEvent) -> Response[str]:
        """Answer the Swagger page, read when first asked for."""
        from functions.classify_api.docs_page import get_docs_page
        from functions.classify_api.openapi import get_openapi_json

        page = get_docs_page(get_openapi_json(self._settings))
        return Response(HTTPStatus.OK, "text/html; charset=utf-8", page)

    def _check(self, text: object, field: str) -> str | TextRefusal:
        try:
            return check_text_field(text, field, self._settings.max_text_chars)
        except FieldRuleError as error:
            return TextRefusal(error.error)


def run_here(handler: Handler) -> Handler:
    """Let a handler run where it is called."""
    return handler


def build_routes(api: ClassifyApi, run_slow: Callable[[Handler], Handler] = run_here) -> Router:
    """Build the routes for a resolver to include.

    Args:
        api: What answers.
        run_slow: Wraps the handlers of slow routes, such as to run them in a thread.
    """
    router = Router()  # type: ignore[no-untyped-call] # powertools' own
    for route in api.routes:
        handler = _build_handler(router, route.answer)
        methods = [route.method] if route.method == "POST" else [route.method, "HEAD"]
        router.route(route.path, methods)(run_slow(handler) if route.is_slow else handler)
    router.exception_handler(ProblemError)(to_response)
    router.exception_handler(NotFoundError)(lambda _: _answer_unrouted(router, api.routes))
    return router


def _build_handler(router: Router, answer: Answer) -> Handler:
    def handler(**of_path: str) -> Response[str]:
        response = answer(router.current_event, **of_path)
        if router.current_event.http_method.upper() == "HEAD":
            response.body = ""
        return response

    return handler


def _allow(method: str) -> str:
    return "POST, OPTIONS" if method == "POST" else "GET, HEAD, OPTIONS"


def _answer_unrouted(router: Router, routes: Sequence[Route]) -> Response[str]:
    path = router.context["_path"].rstrip("/")
    found = next((route for route in routes if _matches(route, path)), None)
    if found is None:
        raise RouteNotFoundError("path", "one of those in /openapi.json")
    headers = {"Allow": _allow(found.method)}
    if router.current_event.http_method.upper() == "OPTIONS":
        return Response(HTTPStatus.NO_CONTENT, body="", headers=headers)
    raise MethodNotAllowedError("method", f"one of {headers['Allow']}", headers=headers)


def _matches(route: Route, path: str) -> bool:
    return bool(re.fullmatch(re.sub("<[^>]+>", r"[\\w-]+", route.path), path))


def _ok(answer: msgspec.Struct) -> Response[str]:
    return Response(HTTPStatus.OK, "application/json", msgspec.json.encode(answer).decode())
