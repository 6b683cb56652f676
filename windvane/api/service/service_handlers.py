"""The handlers of ``/v1/model``, ``/health``, ``/openapi.json`` and ``/docs``."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.problems import ModelNotReadyError
from windvane.api.route import Dependencies, Lazy
from windvane.api.routing import to_json_response
from windvane.api.service.service_schemas import HealthAnswer, Limits, ModelAnswer
from windvane.facts import MAX_BODY_BYTES

_get_openapi_json = Lazy("windvane.api.openapi.document:get_openapi_json")
_get_docs_page = Lazy("windvane.api.service.docs_page:get_docs_page")
_respond_static = Lazy("windvane.api.static_response:respond_static")


def model(_: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Describe the model and the limits."""
    manifest = dependencies.get_classifier().manifest
    settings = dependencies.settings
    answer = ModelAnswer(
        name=manifest.name,
        version=manifest.version,
        labels=list(manifest.labels),
        languages=manifest.languages,
        max_tokens=manifest.max_tokens,
        window_tokens=manifest.longest_window_tokens,
        quantization=manifest.quantization,
        source=manifest.source,
        evaluation=manifest.evaluation,
        limits=Limits(
            settings.max_text_chars,
            settings.max_batch_texts,
            settings.max_batch_chars,
            MAX_BODY_BYTES,
        ),
    )
    return to_json_response(answer)


def health(_: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Confirm that the model is loaded."""
    return to_json_response(HealthAnswer("ok", dependencies.get_classifier().manifest.model_id))


def openapi(_: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Return the OpenAPI document, built at the first request."""
    return Response(HTTPStatus.OK, "application/json", _load_document(dependencies))


def docs(event: BaseProxyEvent, dependencies: Dependencies) -> Response[str]:
    """Return the Swagger page, built at the first request."""
    page = _get_docs_page(_load_document(dependencies))
    response: Response[str] = _respond_static(event, page)
    return response


def _load_document(dependencies: Dependencies) -> str:
    try:
        labels = dependencies.get_classifier().manifest.labels
    except ModelNotReadyError:
        labels = ()
    document: str = _get_openapi_json(dependencies.settings, labels)
    return document
