"""The routes behind API Gateway."""

import re
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from functions.classify_api.cross_origin import list_cross_origin_headers
from functions.classify_api.function_metrics import FunctionMetrics
from functions.classify_api.stage_clients import find_caller
from functions.classify_api.start_up import StartUp
from windvane.api.caller import set_caller
from windvane.api.correlation import choose_correlation_id
from windvane.api.request_trace import RequestTrace, begin_trace
from windvane.api.response_headers import list_common_headers
from windvane.api.routes import build_routes
from windvane.api.routing import TRAILING_SLASHES, build_router
from windvane.observability import logger
from windvane.result_log.recorder import Beside, open_recorder
from windvane.settings import Settings


class LambdaApp:
    """Serves the requests of an API Gateway REST API."""

    def __init__(self, start_up: StartUp, environ: Mapping[str, str]) -> None:
        """Open the result log, wait for the classifier and build the resolver.

        Args:
            start_up: Opens the classifier in a thread.
            environ: Region, credentials and the function's name.

        Raises:
            AwsSetupError: The AWS region is not known.
            BundleError: The bundle cannot be used.
            ResultLogUriError: The settings name no result log that exists.
        """
        settings = start_up.settings
        self._origins = settings.allowed_origins
        self._metrics = FunctionMetrics(environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"))
        recorder = open_recorder(settings, environ, _open_shadow(settings, environ, self._metrics))
        classifier = start_up.finish()
        logger.info(
            "model loaded",
            model=classifier.manifest.name,
            version=classifier.manifest.version,
            threads=settings.threads,
            times_ms=start_up.times_ms,
        )
        # debug would print whole events, texts included, where POWERTOOLS_DEV is set.
        prefixes = [*_list_base_paths(settings.base_path), TRAILING_SLASHES]
        self._resolver = APIGatewayRestResolver(debug=False, strip_prefixes=prefixes)
        on_classified = self._metrics.count_predictions
        routes = build_routes(lambda: classifier, settings, recorder, on_classified, environ)
        self._resolver.include_router(build_router(routes))

    def resolve(self, event: Any, context: Any) -> dict[str, Any]:  # noqa: ANN401 - AWS's
        """Serve a request of the REST API; any other event gets an answer that names those."""
        if not _is_rest_request(event):
            # Imported late, here and below: hardly any function is sent such an event.
            from functions.classify_api.other_events import answer_other_event

            invocation_id = getattr(context, "aws_request_id", None)
            return answer_other_event(event, self._begin(choose_correlation_id({}, invocation_id)))
        trace = self._begin(_choose_correlation_id(event))
        try:
            set_caller(find_caller(event))
            response = self._resolver.resolve(event, context)
            self._add_headers(response, event, trace)
        except Exception as error:
            from functions.classify_api.other_events import answer_malformed

            if refusal := answer_malformed(event, trace):
                return refusal
            # The runtime's own log line about the error has no correlation id.
            logger.error("request failed", error=type(error).__name__)
            raise
        return response

    def _add_headers(
        self, response: dict[str, Any], event: dict[str, Any], trace: RequestTrace
    ) -> None:
        headers = response["multiValueHeaders"]
        added = {
            **list_common_headers(trace, headers),
            **list_cross_origin_headers(event.get("headers"), self._origins),
        }
        for name, value in added.items():
            headers[name] = [value]

    def _begin(self, correlation_id: str) -> RequestTrace:
        self._metrics.count_request(correlation_id)
        return begin_trace(correlation_id)


def _open_shadow(
    settings: Settings, environ: Mapping[str, str], metrics: FunctionMetrics
) -> Beside | None:
    """Open what sends texts to the challenger; without one, nothing of it is imported."""
    if not settings.shadow_function:
        return None
    from windvane.shadow.function_shadow import FunctionShadow

    shadow = FunctionShadow(
        settings.shadow_function, settings.shadow_share, environ, metrics.count_not_shadowed
    )
    return shadow.send_beside


def _list_base_paths(base_path: str) -> list[str | re.Pattern[str]]:
    """API Gateway takes the stage off a path, but not the base path of a domain."""
    return [re.compile(rf"\A/{re.escape(base_path)}(?=/|\Z)")] if base_path else []


def _is_rest_request(event: object) -> bool:
    """Tell a request of a REST API from one of an authorizer, a load balancer or an HTTP API.

    An HTTP API sends a version and no resource (emulators of REST APIs send both):
    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    if not isinstance(event, dict) or "httpMethod" not in event or "methodArn" in event:
        return False
    request_context = event.get("requestContext")
    if not isinstance(request_context, dict):
        return "version" not in event
    is_http_api = "version" in event and not request_context.get("resourceId")
    return "elb" not in request_context and not is_http_api


def _choose_correlation_id(event: dict[str, Any]) -> str:
    headers, request_context = event.get("headers"), event.get("requestContext")
    sent = headers.items() if isinstance(headers, dict) else ()
    gateway_id = request_context.get("requestId") if isinstance(request_context, dict) else None
    return choose_correlation_id({name.lower(): value for name, value in sent}, gateway_id)
