"""What the service says of itself, as the document tells it."""

from functions.classify_api.openapi import examples
from functions.classify_api.openapi.operation import READ_ERRORS, Operation
from functions.classify_api.schemas import HealthAnswer, ModelAnswer

SERVICE_OPERATIONS = (
    Operation(
        method="get",
        path="/v1/model",
        summary="What answers, and its limits",
        answer=ModelAnswer,
        answer_example=examples.MODEL_ANSWER,
        errors=READ_ERRORS,
    ),
    Operation(
        method="get",
        path="/health",
        summary="Whether the model can answer",
        answer=HealthAnswer,
        answer_example=examples.HEALTH_ANSWER,
        errors=READ_ERRORS,
    ),
)
