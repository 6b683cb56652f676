"""Hugging Face's inference API for text classification, as `InferenceClient` calls it.

Source: https://huggingface.co/docs/inference-providers/tasks/text-classification, and
huggingface_hub's own client, which reads the first of a list of lists.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.compat.label_scores import Apply, rank, raw, sigmoid, softmax
from windvane.api.problems import (
    PROBLEMS,
    FieldRuleError,
    ProblemError,
    to_problem,
)
from windvane.api.request_body import read_json
from windvane.api.request_rules import check_text_field, check_texts, convert
from windvane.api.route import Dependencies
from windvane.api.routing import to_json_response
from windvane.settings import Settings

ROUTE = "/compat/huggingface"
BAD_REQUEST = 400
APPLY: dict[str, Apply] = {"softmax": softmax, "sigmoid": sigmoid, "none": raw}


class Parameters(msgspec.Struct, frozen=True):
    """How to score. Scores are ours, calibrated, unless another function is asked for."""

    function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None
    top_k: Annotated[int, msgspec.Meta(ge=1)] | None = None


class HuggingFaceRequest(msgspec.Struct, frozen=True):
    """One text, or several. What else a client sends is left aside, as Hugging Face does."""

    inputs: str | list[str]
    parameters: Parameters | None = None


class LabelScore(msgspec.Struct, frozen=True):
    """A label and its score."""

    label: str
    score: float


class HuggingFaceError(msgspec.Struct, frozen=True):
    """What is wrong, in a sentence."""

    error: str


HuggingFaceAnswer = list[list[LabelScore]]


def classify(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Return a list of labels, best first, for each text.

    Raises:
        ProblemError: The request breaks a rule.
    """
    request = convert(read_json(event), HuggingFaceRequest)
    texts = _check(request.inputs, dependencies.settings)
    parameters = request.parameters or Parameters()
    apply = APPLY[parameters.function_to_apply or "softmax"]
    classified = dependencies.classification.classify(texts, route=ROUTE, field="inputs")
    ranked = [rank(prediction, apply)[: parameters.top_k] for prediction in classified.predictions]
    return to_json_response([[LabelScore(*pair) for pair in pairs] for pairs in ranked])


def to_error(error: ProblemError) -> Response[str]:
    """Build the response to an error; Hugging Face sends 400 where a field breaks a rule."""
    status = BAD_REQUEST if isinstance(error, FieldRuleError) else PROBLEMS[type(error)].status
    response = to_json_response(HuggingFaceError(to_problem(error).detail), status)
    response.headers.update(error.headers)
    return response


def _check(inputs: str | list[str], settings: Settings) -> Sequence[str]:
    if isinstance(inputs, str):
        return [check_text_field(inputs, "inputs", settings.max_text_chars)]
    check_texts(
        inputs,
        "inputs",
        max_texts=settings.max_batch_texts,
        max_chars=settings.max_batch_chars,
    )
    return [
        check_text_field(text, f"inputs[{i}]", settings.max_text_chars)
        for i, text in enumerate(inputs)
    ]
