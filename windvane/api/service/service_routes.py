"""What the service says of itself: model, health, contract."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.answering import TextClassifier
from windvane.api.classify.classify_schemas import HealthAnswer, Limits, ModelAnswer
from windvane.api.problems import ModelNotReadyError
from windvane.api.routing import Route, to_json_response
from windvane.facts import MAX_BODY_BYTES
from windvane.settings import Settings


class ServiceRoutes:
    """Answers ``/v1/model``, ``/health``, ``/openapi.json`` and ``/docs``."""

    def __init__(self, get_classifier: Callable[[], TextClassifier], settings: Settings) -> None:
        """Keep what is told of.

        Args:
            get_classifier: Returns the classifier, or raises `ModelNotReadyError`.
            settings: The limits.
        """
        self._get_classifier = get_classifier
        self._settings = settings

    @property
    def routes(self) -> Sequence[Route]:
        """Its routes."""
        return (
            Route("GET", "/v1/model", self.model),
            Route("GET", "/health", self.health),
            Route("GET", "/openapi.json", self.openapi),
            Route("GET", "/docs", self.docs),
        )

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
        return to_json_response(answer)

    def health(self, _: BaseProxyEvent) -> Response[str]:
        """Say that the model can answer."""
        return to_json_response(HealthAnswer("ok", self._get_classifier().manifest.model_id))

    def openapi(self, _: BaseProxyEvent) -> Response[str]:
        """Answer the contract, built when first asked for."""
        from windvane.api.openapi.document import get_openapi_json

        return Response(
            HTTPStatus.OK, "application/json", get_openapi_json(self._settings, self._labels)
        )

    def docs(self, _: BaseProxyEvent) -> Response[str]:
        """Answer the Swagger page, read when first asked for."""
        from windvane.api.openapi.document import get_openapi_json
        from windvane.api.service.docs_page import get_docs_page

        page = get_docs_page(get_openapi_json(self._settings, self._labels))
        return Response(HTTPStatus.OK, "text/html; charset=utf-8", page)

    @property
    def _labels(self) -> tuple[str, ...]:
        """The model's labels; none while it is being loaded."""
        try:
            return self._get_classifier().manifest.labels
        except ModelNotReadyError:
            return ()
