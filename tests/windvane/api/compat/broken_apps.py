"""The function where its model is not ready, or too many requests wait."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from windvane.api.classification_service import TextClassifier
from windvane.api.problems import ModelNotReadyError, OverloadedError, ProblemError
from windvane.api.routes import build_routes
from windvane.api.routing import TRAILING_SLASHES, build_router
from windvane.settings import Settings


def build_app(
    get_classifier: Callable[[], Any], environ: Mapping[str, str] | None = None, **settings: Any
) -> APIGatewayRestResolver:
    """Build the function around a classifier."""
    app = APIGatewayRestResolver(strip_prefixes=[TRAILING_SLASHES])
    limits = Settings(bundle_uri="", threads=1, **settings)
    app.include_router(build_router(build_routes(get_classifier, limits, environ=environ)))
    return app


def refuse_with(error: type[ProblemError]) -> Callable[[], TextClassifier]:
    """Refuse to give a classifier."""

    def get_classifier() -> TextClassifier:
        raise error

    return get_classifier


REFUSALS = {
    "not-ready": refuse_with(ModelNotReadyError),
    "overloaded": refuse_with(OverloadedError),
}
