"""The handlers of the console and its files."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from windvane.api.console.console_files import ConsoleFile, build_page, get_file, get_version
from windvane.api.problems import RouteNotFoundError
from windvane.api.route import Dependencies

REVALIDATE = "no-cache"
IMMUTABLE = "public, max-age=31536000, immutable"

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Scripts and all other resources come from the page's own server alone."""


def page(event: BaseProxyEvent, _: Dependencies) -> Response[str]:
    """Return the page."""
    # API Gateway leaves the stage out of the event's own path.
    path = event["requestContext"].get("path")
    return _to_response(event, build_page(path), REVALIDATE)


def file(event: BaseProxyEvent, _: Dependencies, file: str) -> Response[str]:
    """Return one of the page's files.

    Raises:
        RouteNotFoundError: No file has this name.
    """
    named = get_file(file)
    if named is None:
        raise RouteNotFoundError("path", "one of those in /openapi.json")
    is_current = event.query_string_parameters.get("v") == get_version()
    return _to_response(event, named, IMMUTABLE if is_current else REVALIDATE)


def _to_response(event: BaseProxyEvent, content: ConsoleFile, caching: str) -> Response[str]:
    headers = {**HEADERS, "Cache-Control": caching, "ETag": content.etag}
    if _has(event, content.etag):
        return Response(HTTPStatus.NOT_MODIFIED, body="", headers=headers)
    return Response(HTTPStatus.OK, content.content_type, content.body, headers)


def _has(event: BaseProxyEvent, etag: str) -> bool:
    """Tell whether the browser has the file already (RFC 9110, section 13.1.2)."""
    etags = (event.headers.get("if-none-match") or "").split(",")
    return any(sent.strip().removeprefix("W/") in {etag, "*"} for sent in etags)
