"""The handlers of ``/sentiment`` and ``/v1/classify``."""

from collections.abc import Callable
from functools import wraps

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.classify.classify_schemas import (
    ClassifyAnswer,
    ClassifyRequest,
    ModelName,
    SentimentRequest,
    TextRefusal,
    to_sentiment_answer,
    to_text_results,
)
from windvane.api.problems import FieldRuleError
from windvane.api.request_body import read_json
from windvane.api.request_rules import check_text_field, check_texts, to_request
from windvane.api.request_subject import check_subject
from windvane.api.route import Dependencies, Lazy
from windvane.api.routing import to_json_response

IDEMPOTENCY_HEADER = "idempotency-key"

ClassifyHandler = Callable[[BaseProxyEvent, Dependencies], Response[str]]

_respond_once = Lazy("windvane.api.classify.idempotency:respond_once")


def idempotent(handler: ClassifyHandler) -> ClassifyHandler:
    """Serve a request with an ``Idempotency-Key`` once, and repeat the response after that."""

    @wraps(handler)
    def serve(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
        key = event.headers.get(IDEMPOTENCY_HEADER)
        if key is None:
            return handler(event, dependencies)
        log = dependencies.result_log
        records = log.idempotency_records if log else None
        response: Response[str] = _respond_once(
            lambda event: handler(event, dependencies), event, key, records
        )
        return response

    return serve


@idempotent
def sentiment(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Classify one text."""
    request = to_request(read_json(event), SentimentRequest)
    text = check_text_field(request.text, "text", dependencies.settings.max_text_chars)
    subject = check_subject(request.subject, dependencies)
    classified = dependencies.classification.classify(
        [text], route="/sentiment", field="text", subject=subject
    )
    min_score = _find_min_score(request, dependencies)
    return to_json_response(to_sentiment_answer(classified, min_score))


@idempotent
def classify(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Classify several texts; one that breaks a rule does not spoil the others."""
    settings = dependencies.settings
    request = to_request(read_json(event), ClassifyRequest)
    check_texts(
        request.texts, max_texts=settings.max_batch_texts, max_chars=settings.max_batch_chars
    )
    subject = check_subject(request.subject, dependencies)
    checked = [
        _check(text, f"texts[{i}]", settings.max_text_chars) for i, text in enumerate(request.texts)
    ]
    texts = [text for text in checked if isinstance(text, str)]
    classified = dependencies.classification.classify(
        texts, route="/v1/classify", field="texts", subject=subject
    )
    results = iter(to_text_results(classified, _find_min_score(request, dependencies)))
    name = ModelName(classified.manifest.name, classified.manifest.version)
    in_order = [next(results) if isinstance(text, str) else text for text in checked]
    return to_json_response(ClassifyAnswer(name, in_order))


def _find_min_score(
    request: SentimentRequest | ClassifyRequest, dependencies: Dependencies
) -> float:
    if isinstance(request.min_score, msgspec.UnsetType):
        return dependencies.settings.min_score
    return request.min_score


def _check(text: object, field: str, max_chars: int) -> str | TextRefusal:
    try:
        return check_text_field(text, field, max_chars)
    except FieldRuleError as error:
        return TextRefusal(error.error)
