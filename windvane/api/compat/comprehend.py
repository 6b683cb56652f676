"""Amazon Comprehend's detection of sentiment, as AWS SDKs call it.

Source: https://docs.aws.amazon.com/comprehend/latest/APIReference/API_DetectSentiment.html and
API_BatchDetectSentiment.html. The signature of a request is not checked: a key, if needed, comes
in ``x-api-key``.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.problems import (
    BodyTimeoutError,
    BodyTooLargeError,
    ContentTypeError,
    FieldRuleError,
    HostUnknownError,
    JobsUnreachableError,
    KeyNeededError,
    MalformedBodyError,
    MethodNotAllowedError,
    ModelNotReadyError,
    OriginRefusedError,
    OverloadedError,
    ProblemError,
    UnknownJobError,
)
from windvane.api.request_body import read_json
from windvane.api.request_rules import check_text_field, convert
from windvane.api.request_trace import current_trace
from windvane.api.route import Dependencies, Lazy
from windvane.inference.predictions import Prediction
from windvane.inference.sentiments import SentimentScore, are_sentiments, to_sentiment_score
from windvane.settings import Settings

ROUTE = "/compat/comprehend"
TARGET_HEADER = "x-amz-target"
TARGET = "Comprehend_20171127"
MEDIA_TYPE = "application/x-amz-json-1.1"
MAX_TEXT_BYTES = 5000
MAX_TEXTS = 25
LANGUAGE = "en"
TARGET_PARAMETER = {
    "name": "X-Amz-Target",
    "in": "header",
    "required": True,
    "description": "The operation. Where there are bulk jobs, also `StartSentimentDetectionJob`, "
    "`DescribeSentimentDetectionJob`, `ListSentimentDetectionJobs` and "
    "`StopSentimentDetectionJob`, whose requests and responses are Amazon's.",
    "schema": {
        "type": "string",
        "enum": [f"{TARGET}.DetectSentiment", f"{TARGET}.BatchDetectSentiment"],
    },
}
"""The header as an OpenAPI parameter."""


class DetectSentimentRequest(msgspec.Struct, frozen=True):
    """One text."""

    Text: str
    LanguageCode: str


class BatchDetectSentimentRequest(msgspec.Struct, frozen=True):
    """Up to 25 texts."""

    TextList: list[str]
    LanguageCode: str


class DetectSentimentAnswer(msgspec.Struct, frozen=True):
    """The sentiment of one text."""

    Sentiment: str
    SentimentScore: SentimentScore


class BatchItem(msgspec.Struct, frozen=True):
    """The sentiment of one text of a batch."""

    Index: int
    Sentiment: str
    SentimentScore: SentimentScore


class BatchItemError(msgspec.Struct, frozen=True):
    """Why one text of a batch was not answered."""

    Index: int
    ErrorCode: str
    ErrorMessage: str


class BatchDetectSentimentAnswer(msgspec.Struct, frozen=True):
    """What each text got, both lists in the order of the request."""

    ResultList: list[BatchItem]
    ErrorList: list[BatchItemError]


class ComprehendErrorBody(msgspec.Struct, frozen=True):
    """An error as AWS SDKs read it."""

    type: str = msgspec.field(name="__type")
    message: str = msgspec.field(name="Message")


class ComprehendError(ProblemError):
    """An error that Comprehend has a name for.

    Attributes:
        code: Its name.
    """

    def __init__(self, code: str, rule: str, *, field: str = "body") -> None:
        super().__init__(field, rule)
        self.code = code


CODES: dict[type[ProblemError], tuple[str, int]] = {
    MalformedBodyError: ("SerializationException", 400),
    FieldRuleError: ("InvalidRequestException", 400),
    ContentTypeError: ("InvalidRequestException", 400),
    KeyNeededError: ("AccessDeniedException", 403),
    OriginRefusedError: ("AccessDeniedException", 403),
    BodyTimeoutError: ("RequestTimeoutException", 408),
    BodyTooLargeError: ("RequestEntityTooLargeException", 413),
    MethodNotAllowedError: ("InvalidRequestException", 405),
    HostUnknownError: ("InvalidRequestException", 421),
    OverloadedError: ("ThrottlingException", 400),
    ModelNotReadyError: ("ServiceUnavailableException", 503),
    UnknownJobError: ("JobNotFoundException", 400),
    JobsUnreachableError: ("InternalServerException", 503),
}
"""AWS's name and status of our errors. SDKs retry after a timeout, throttling and 503."""

UNKNOWN_CODE = ("InvalidRequestException", 400)


def detect(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Run the operation that the target names.

    Raises:
        ProblemError: The request breaks a rule.
    """
    target, _, name = (event.headers.get(TARGET_HEADER) or "").partition(".")
    operation = OPERATIONS.get(name) if target == TARGET else None
    if operation is None:
        raise ComprehendError(
            "UnknownOperationException",
            f"{TARGET}. and one of {', '.join(OPERATIONS)}",
            field="X-Amz-Target",
        )
    body = read_json(event, check_type=_check_media_type)
    return _to_response(operation(body, dependencies))


def to_error(error: ProblemError) -> Response[str]:
    """Build the response to an error, by AWS's name for it."""
    _, status = CODES.get(type(error), UNKNOWN_CODE)
    return _to_response(_describe_error(error), status, error.headers)


def _describe_error(error: ProblemError) -> ComprehendErrorBody:
    name, _ = CODES.get(type(error), UNKNOWN_CODE)
    name = error.code if isinstance(error, ComprehendError) else name
    message = f"The rule for {error.error.field} is: {error.error.rule}. {error.hint}".rstrip()
    return ComprehendErrorBody(name, message)


def _detect_sentiment(body: object, dependencies: Dependencies) -> msgspec.Struct:
    request = convert(body, DetectSentimentRequest)
    _check_language(request.LanguageCode)
    text = _check_text(request.Text, "Text", dependencies.settings)
    classified = dependencies.classification.classify([text], route=ROUTE, field="Text")
    [prediction] = classified.predictions
    return DetectSentimentAnswer(*_to_sentiment(prediction))


def _batch_detect_sentiment(body: object, dependencies: Dependencies) -> msgspec.Struct:
    request = convert(body, BatchDetectSentimentRequest)
    _check_language(request.LanguageCode)
    if not request.TextList:
        raise FieldRuleError("TextList", "at least 1 text")
    if len(request.TextList) > MAX_TEXTS:
        raise ComprehendError(
            "BatchSizeLimitExceededException", f"at most {MAX_TEXTS} texts", field="TextList"
        )
    texts: dict[int, str] = {}
    errors = []
    for index, text in enumerate(request.TextList):
        try:
            texts[index] = _check_text(text, f"TextList[{index}]", dependencies.settings)
        except (ComprehendError, FieldRuleError) as error:
            described = _describe_error(error)
            errors.append(BatchItemError(index, described.type, described.message))
    classified = dependencies.classification.classify(
        list(texts.values()), route=ROUTE, field="TextList"
    )
    items = [
        BatchItem(index, *_to_sentiment(prediction))
        for index, prediction in zip(texts, classified.predictions, strict=True)
    ]
    return BatchDetectSentimentAnswer(items, errors)


def _check_language(code: str) -> None:
    if code != LANGUAGE:
        raise ComprehendError(
            "UnsupportedLanguageException", f"{LANGUAGE}, the model's", field="LanguageCode"
        )


def _check_text(text: str, field: str, settings: Settings) -> str:
    if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES:
        raise ComprehendError(
            "TextSizeLimitExceededException", f"at most {MAX_TEXT_BYTES} bytes", field=field
        )
    return check_text_field(text, field, settings.max_text_chars)


def _check_media_type(content_type: str) -> None:
    if content_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise ContentTypeError("content-type", MEDIA_TYPE)


def _to_sentiment(prediction: Prediction) -> tuple[str, SentimentScore]:
    """Return sentiment and scores; a sentiment that the model has no label for scores 0.

    Raises:
        ComprehendError: The model has other labels than sentiments.
    """
    if not are_sentiments(prediction.scores):
        raise ComprehendError(
            "InvalidRequestException", "one whose labels are sentiments", field="model"
        )
    return prediction.label.upper(), to_sentiment_score(prediction.scores)


def _to_response(
    body: msgspec.Struct, status: int = 200, headers: dict[str, Any] | None = None
) -> Response[str]:
    trace = current_trace()
    request_id = {"x-amzn-RequestId": trace.correlation_id} if trace else {}
    encoded = msgspec.json.encode(body).decode()
    return Response(status, MEDIA_TYPE, encoded, {**request_id, **(headers or {})})


OPERATIONS: dict[str, Callable[[object, Dependencies], msgspec.Struct]] = {
    "DetectSentiment": _detect_sentiment,
    "BatchDetectSentiment": _batch_detect_sentiment,
    "StartSentimentDetectionJob": Lazy("windvane.api.compat.comprehend_jobs:start_job"),
    "DescribeSentimentDetectionJob": Lazy("windvane.api.compat.comprehend_jobs:describe_job"),
    "ListSentimentDetectionJobs": Lazy("windvane.api.compat.comprehend_jobs:list_jobs"),
    "StopSentimentDetectionJob": Lazy("windvane.api.compat.comprehend_jobs:stop_job"),
}
