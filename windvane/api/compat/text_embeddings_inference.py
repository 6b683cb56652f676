"""text-embeddings-inference's ``/predict`` and ``/info``.

Source: https://github.com/huggingface/text-embeddings-inference, ``router/src/http/types.rs`` and
``server.rs``.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.classified_texts import ClassifiedTexts
from windvane.api.compat.label_scores import rank, raw, softmax
from windvane.api.problems import (
    PROBLEMS,
    FieldRuleError,
    ModelNotReadyError,
    OverloadedError,
    ProblemError,
    to_problem,
)
from windvane.api.request_body import read_json
from windvane.api.request_rules import check_text_field, check_texts, convert
from windvane.api.request_trace import current_trace
from windvane.api.route import Dependencies
from windvane.api.routing import to_json_response
from windvane.settings import Settings

ROUTE = "/predict"
PAIR = 2
SINGLE_TEXTS = "single texts, since this model reads no pairs"
TOO_MANY_REQUESTS = 429


class PredictRequest(msgspec.Struct, frozen=True):
    """A text, or a list of lists with a text in each.

    A text that is longer than the model reads is never cut: it is read in windows, whatever
    ``truncate`` and ``truncation_direction`` say.
    """

    inputs: Any
    truncate: bool | None = None
    truncation_direction: Literal["left", "right", "Left", "Right"] = "right"
    raw_scores: bool = False


class LabelPrediction(msgspec.Struct, frozen=True):
    """A score and its label."""

    score: float
    label: str


PredictAnswer = list[LabelPrediction]
PredictBatchAnswer = list[list[LabelPrediction]]


class PredictError(msgspec.Struct, frozen=True):
    """What is wrong, and of which kind."""

    error: str
    error_type: Literal["Unhealthy", "Backend", "Overloaded", "Validation", "Tokenizer", "Empty"]


class EmptyInputsError(FieldRuleError):
    """There is no text, or it is empty."""


class ClassifierModel(msgspec.Struct, frozen=True):
    """Labels by number, and numbers by label."""

    id2label: dict[str, str]
    label2id: dict[str, int]


class ModelType(msgspec.Struct, frozen=True):
    """What kind of model answers."""

    classifier: ClassifierModel


class InfoAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The model and the limits, by the names of text-embeddings-inference.

    Its clients ask for every one of them, those that are null here too.
    """

    model_id: str
    model_sha: str
    model_dtype: str
    model_type: ModelType
    max_concurrent_requests: int
    max_input_length: int
    max_batch_tokens: int
    max_batch_requests: int
    max_client_batch_size: int
    auto_truncate: bool
    tokenization_workers: int
    version: str
    sha: str | None = None
    docker_label: str | None = None


def predict(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Return a list of labels, best first; for a batch, a list of such lists.

    Raises:
        ProblemError: The request breaks a rule; one bad text fails the whole batch.
    """
    request = convert(read_json(event), PredictRequest)
    texts, is_batch = _read_inputs(request.inputs)
    checked = _check(texts, is_batch, dependencies.settings)
    classified = dependencies.classification.classify(checked, route=ROUTE, field="inputs")
    apply = raw if request.raw_scores else softmax
    lists = [
        [LabelPrediction(score, label) for label, score in rank(prediction, apply)]
        for prediction in classified.predictions
    ]
    response = to_json_response(lists if is_batch else lists[0])
    response.headers.update(_to_headers(classified))
    return response


def info(_: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Describe the model and the limits."""
    manifest = dependencies.get_classifier().manifest
    settings = dependencies.settings
    labels = {str(number): label for number, label in enumerate(manifest.labels)}
    answer = InfoAnswer(
        model_id=manifest.name,
        model_sha=manifest.version,
        model_dtype=manifest.quantization,
        model_type=ModelType(
            ClassifierModel(labels, {label: int(number) for number, label in labels.items()})
        ),
        max_concurrent_requests=settings.threads,
        max_input_length=manifest.max_tokens,
        max_batch_tokens=manifest.max_tokens,
        max_batch_requests=1,
        max_client_batch_size=settings.max_batch_texts,
        auto_truncate=False,
        tokenization_workers=settings.threads,
        version=manifest.version,
    )
    return to_json_response(answer)


def to_error(error: ProblemError) -> Response[str]:
    """Build the response to an error, with its kind."""
    kind, status = _find_kind(error)
    response = to_json_response(
        PredictError(to_problem(_to_field_rule(error)).detail, kind), status
    )
    response.headers.update(error.headers)
    return response


def _find_kind(error: ProblemError) -> tuple[Any, int]:
    if isinstance(error, EmptyInputsError):
        return "Empty", 400
    if isinstance(error, OverloadedError):
        return "Overloaded", TOO_MANY_REQUESTS
    kind = "Unhealthy" if isinstance(error, ModelNotReadyError) else "Validation"
    return kind, PROBLEMS[type(error)].status


def _to_field_rule(error: ProblemError) -> ProblemError:
    is_empty = isinstance(error, EmptyInputsError)
    return FieldRuleError(error.error.field, error.error.rule) if is_empty else error


def _read_inputs(inputs: object) -> tuple[Sequence[object], bool]:
    """Return the texts, and whether they are a batch. A flat list of two is a pair, not a batch."""
    if not isinstance(inputs, list):
        return [inputs], False
    if not inputs:
        raise EmptyInputsError("inputs", "at least 1 text")
    if all(isinstance(item, list) for item in inputs):
        return [_read_sequence(item, f"inputs[{i}]") for i, item in enumerate(inputs)], True
    return [_read_sequence(inputs, "inputs")], False


def _read_sequence(sequence: list[object], field: str) -> object:
    if len(sequence) == PAIR:
        raise FieldRuleError(field, SINGLE_TEXTS)
    if len(sequence) != 1:
        raise FieldRuleError(field, "a text, or a list of lists with 1 text each")
    return sequence[0]


def _check(texts: Sequence[object], is_batch: bool, settings: Settings) -> list[str]:
    check_texts(
        texts, "inputs", max_texts=settings.max_batch_texts, max_chars=settings.max_batch_chars
    )
    return [
        _check_text(text, f"inputs[{i}]" if is_batch else "inputs", settings)
        for i, text in enumerate(texts)
    ]


def _check_text(text: object, field: str, settings: Settings) -> str:
    if text == "":
        raise EmptyInputsError(field, "not blank")
    return check_text_field(text, field, settings.max_text_chars)


def _to_headers(classified: ClassifiedTexts) -> dict[str, str]:
    """Write the times in whole milliseconds; those of encoding and the model are means per text."""
    trace = current_trace()
    total_ms = trace.seconds * 1e3 if trace else classified.classify_ms + classified.log_ms
    count = len(classified.predictions)
    tokens = sum(prediction.tokens for prediction in classified.predictions)
    return {
        "x-compute-type": "cpu",
        "x-compute-time": _round(classified.classify_ms),
        "x-compute-characters": str(sum(classified.chars)),
        "x-compute-tokens": str(tokens),
        "x-total-time": _round(total_ms),
        "x-tokenization-time": _round(classified.encode_ms / count),
        "x-queue-time": _round(max(0.0, total_ms - classified.classify_ms - classified.log_ms)),
        "x-inference-time": _round(classified.run_ms / count),
    }


def _round(milliseconds: float) -> str:
    return str(round(milliseconds))
