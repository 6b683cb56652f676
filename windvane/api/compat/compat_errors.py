"""Error responses of the routes for other services' clients, as the OpenAPI document has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from windvane.api.compat.comprehend import MAX_TEXT_BYTES, MEDIA_TYPE, ComprehendErrorBody
from windvane.api.compat.huggingface import HuggingFaceError
from windvane.api.compat.text_embeddings_inference import PredictError
from windvane.api.route import JSON, ForeignError

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
    **DESCRIPTIONS,
    400: "The request breaks a rule, is not JSON or names no known operation; or too many requests "
    "are waiting: `ThrottlingException`.",
    503: "The model is not ready, or Step Functions does not respond: `InternalServerException`.",
}
PREDICT_DESCRIPTIONS = {
    **DESCRIPTIONS,
    400: "The request is not JSON, or there is no text.",
    503: "The model is not ready.",
}
PREDICT_EXAMPLE = {"error": "The rule for inputs is: not blank.", "error_type": "Validation"}


def _describe(
    body: type,
    example: dict[str, Any],
    descriptions: Mapping[int, str],
    *,
    retried: Sequence[int],
    media_type: str = JSON,
) -> tuple[ForeignError, ...]:
    """Describe an error for each status; those in ``retried`` have ``Retry-After``."""
    return tuple(
        ForeignError(
            status=status,
            body=body,
            example=example,
            description=description,
            media_type=media_type,
            headers=("Retry-After",) if status in retried else (),
        )
        for status, description in descriptions.items()
    )


HUGGINGFACE_ERRORS = _describe(
    HuggingFaceError,
    {"error": "The rule for inputs is: not blank."},
    {status: DESCRIPTIONS[status] for status in (400, 408, 413, 415, 503)},
    retried=(503,),
)
COMPREHEND_ERRORS = _describe(
    ComprehendErrorBody,
    {
        "__type": "TextSizeLimitExceededException",
        "Message": f"The rule for Text is: at most {MAX_TEXT_BYTES} bytes.",
    },
    {status: COMPREHEND_DESCRIPTIONS[status] for status in (400, 408, 413, 503)},
    retried=(400, 503),
    media_type=MEDIA_TYPE,
)
PREDICT_ERRORS = _describe(PredictError, PREDICT_EXAMPLE, PREDICT_DESCRIPTIONS, retried=(429, 503))
INFO_ERRORS = _describe(
    PredictError,
    PREDICT_EXAMPLE,
    {status: PREDICT_DESCRIPTIONS[status] for status in (400, 503)},
    retried=(503,),
)
