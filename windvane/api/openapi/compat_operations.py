"""Other services' routes, as the document tells them."""

from collections.abc import Sequence

from windvane.api.compat.comprehend import (
    MEDIA_TYPE,
    BatchDetectSentimentAnswer,
    BatchDetectSentimentRequest,
    ComprehendErrorBody,
    DetectSentimentAnswer,
    DetectSentimentRequest,
)
from windvane.api.compat.huggingface import (
    HuggingFaceError,
    HuggingFaceRequest,
    LabelScore,
)
from windvane.api.compat.text_embeddings_inference import (
    InfoAnswer,
    LabelPrediction,
    PredictError,
    PredictRequest,
)
from windvane.api.openapi.examples import MODEL, SCORES
from windvane.api.openapi.operation import ForeignError, Operation

RANKED = sorted(SCORES.items(), key=lambda item: -item[1])
LABEL_SCORES = [{"label": label, "score": score} for label, score in RANKED]
PREDICTIONS = [{"score": score, "label": label} for label, score in RANKED]
TIMES = (
    "x-compute-type",
    "x-compute-time",
    "x-compute-characters",
    "x-compute-tokens",
    "x-total-time",
    "x-tokenization-time",
    "x-queue-time",
    "x-inference-time",
)
TARGET_PARAMETER = {
    "name": "X-Amz-Target",
    "in": "header",
    "required": True,
    "description": "The operation.",
    "schema": {
        "type": "string",
        "enum": [
            "Comprehend_20171127.DetectSentiment",
            "Comprehend_20171127.BatchDetectSentiment",
        ],
    },
}
DESCRIPTIONS = {
    400: "The request breaks a rule, or is not JSON.",
    408: "The body took too long to come.",
    413: "The body is too large.",
    415: "The content type is not JSON.",
    422: "The request breaks a rule.",
    429: "Too many requests are waiting.",
    503: "The model is not ready, or too many requests are waiting.",
}
COMPREHEND_DESCRIPTIONS = {
    400: "The request breaks a rule, is not JSON or names no known operation; or too many requests "
    "are waiting: `ThrottlingException`.",
    503: "The model is not ready.",
}
PREDICT_DESCRIPTIONS = {
    400: "The request is not JSON, or there is no text.",
    503: "The model is not ready.",
}


def _describe_huggingface_errors() -> Sequence[ForeignError]:
    body = {"error": "The rule for inputs is: not blank."}
    return [
        ForeignError(
            status=status,
            body=HuggingFaceError,
            example=body,
            description=DESCRIPTIONS[status],
            headers=("Retry-After",) if status == 503 else (),  # noqa: PLR2004 - HTTP
        )
        for status in (400, 408, 413, 415, 503)
    ]


def _describe_comprehend_errors() -> Sequence[ForeignError]:
    body = {
        "__type": "TextSizeLimitExceededException",
        "Message": "The rule for Text is: at most 5000 bytes.",
    }
    return [
        ForeignError(
            status=status,
            body=ComprehendErrorBody,
            example=body,
            description=COMPREHEND_DESCRIPTIONS.get(status, DESCRIPTIONS[status]),
            media_type=MEDIA_TYPE,
            headers=("Retry-After",) if status in {400, 503} else (),
        )
        for status in (400, 408, 413, 503)
    ]


def _describe_predict_errors(statuses: Sequence[int]) -> Sequence[ForeignError]:
    body = {"error": "The rule for inputs is: not blank.", "error_type": "Validation"}
    return [
        ForeignError(
            status=status,
            body=PredictError,
            example=body,
            description=PREDICT_DESCRIPTIONS.get(status, DESCRIPTIONS[status]),
            headers=("Retry-After",) if status in {429, 503} else (),
        )
        for status in statuses
    ]


COMPAT_OPERATIONS = (
    Operation(
        method="post",
        path="/compat/huggingface",
        summary="For `huggingface_hub.InferenceClient.text_classification`",
        description="Labels best first, a list for each text. `softmax` (as without a function) "
        "gives the calibrated scores of the other routes.",
        request=HuggingFaceRequest,
        request_example={"inputs": "I love it", "parameters": {"top_k": 3}},
        answer=list[list[LabelScore]],
        answer_example=[LABEL_SCORES],
        foreign_errors=_describe_huggingface_errors(),
    ),
    Operation(
        method="post",
        path="/compat/comprehend",
        summary='For `boto3.client("comprehend", endpoint_url=...)`',
        description="DetectSentiment and BatchDetectSentiment, by `X-Amz-Target`. English only; "
        "the signature is not looked at.",
        parameters=[TARGET_PARAMETER],
        request=(DetectSentimentRequest, BatchDetectSentimentRequest),
        request_example={"Text": "I love it", "LanguageCode": "en"},
        request_media_type=MEDIA_TYPE,
        answer=(DetectSentimentAnswer, BatchDetectSentimentAnswer),
        answer_example={
            "Sentiment": "POSITIVE",
            "SentimentScore": {
                "Positive": 0.98,
                "Negative": 0.008,
                "Neutral": 0.012,
                "Mixed": 0.0,
            },
        },
        media_type=MEDIA_TYPE,
        foreign_errors=_describe_comprehend_errors(),
    ),
    Operation(
        method="post",
        path="/predict",
        summary="For clients of text-embeddings-inference",
        description="A text, or a batch as a list of lists with one text each. Longer texts are "
        "read in windows and never cut, whatever `truncate` says.",
        request=PredictRequest,
        request_example={"inputs": [["I love it"]]},
        answer=(list[LabelPrediction], list[list[LabelPrediction]]),
        answer_example=[PREDICTIONS],
        headers=TIMES,
        foreign_errors=_describe_predict_errors((400, 408, 413, 415, 422, 429, 503)),
    ),
    Operation(
        method="get",
        path="/info",
        summary="The model, for clients of text-embeddings-inference",
        answer=InfoAnswer,
        answer_example={
            "model_id": MODEL["name"],
            "model_sha": MODEL["version"],
            "model_dtype": "int8",
            "model_type": {
                "classifier": {
                    "id2label": {str(i): label for i, label in enumerate(SCORES)},
                    "label2id": {label: i for i, label in enumerate(SCORES)},
                }
            },
            "max_concurrent_requests": 2,
            "max_input_length": 256,
            "max_batch_tokens": 256,
            "max_batch_requests": 1,
            "max_client_batch_size": 100,
            "auto_truncate": False,
            "tokenization_workers": 2,
            "version": MODEL["version"],
            "sha": None,
            "docker_label": None,
        },
        foreign_errors=_describe_predict_errors((400, 503)),
    ),
)
